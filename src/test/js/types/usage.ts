// Never run: tsc reads it. What the documents say can be written with the committed declarations.
import type {Connection, Job, JobWatch} from '../../../../webapp/tidings.min.js';
import {TidingsError, addTexts, submit, watch, watchMine} from '../../../../webapp/tidings.min.js';

export async function use(files: FileList): Promise<string> {
  const job = await submit({
    type: 'digest',
    params: {algorithms: ['SHA-256']},
    files,
    onUploadProgress: ({loaded, total}) => console.log(loaded / total),
  });
  const events: JobWatch = watch(job.links.self, {cursor: 0, signal: AbortSignal.timeout(1_000)});
  events.addEventListener('progress', ({detail}) => console.log(detail.percent?.toFixed(1)));
  events.addEventListener(
    'error',
    ({detail}) => detail instanceof TidingsError && console.log(detail.status),
  );
  // @ts-expect-error a log line has no percent
  events.addEventListener('log', ({detail}) => console.log(detail.percent));
  for await (const event of events) {
    if (event.type === 'progress') console.log(event.percent?.toFixed(1), event.message);
    if (event.type === 'failed') return event.error.detail ?? '';
    // @ts-expect-error only a snapshot has a state
    console.log(event.state);
  }
  const mine = watchMine();
  mine.addEventListener('change', ({detail}) => console.log(detail.job.title));
  for await (const {id, job} of mine) console.log(id, job?.state);
  return mine.jobs.get(job.id)?.title ?? '';
}

export function embed(job: Job): void {
  addTexts('fr', {running: 'En cours'});
  const one = document.createElement('tidings-progress');
  one.job = job.id;
  one.log = true;
  one.signinUrl = '/login';
  one.addEventListener('tidings-state', ({detail}) => console.log(detail.state.toUpperCase()));
  // @ts-expect-error what is protected is nobody else's
  one.render();
  document.querySelector('tidings-jobs')?.put(job);
  document.body.addEventListener('tidings-connection', ({detail}) => {
    const connection: Connection = detail;
    console.log(connection.live);
  });
}

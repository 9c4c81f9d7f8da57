// Never run: tsc reads it. First, that the modules are what tidings.d.ts declares; then, that it can be used as the documents say.
import * as declared from '../../../../webapp/tidings.js';
import * as api from '../../../../webapp/tidings/api.js';
import {watchMine} from '../../../../webapp/tidings/mine.js';
import {TidingsError} from '../../../../webapp/tidings/reader.js';
import {applyEvent, ends} from '../../../../webapp/tidings/state.js';
import {watch} from '../../../../webapp/tidings/watch.js';

// `addEventListener` is declared with the names of the events, which no class can have.
type Plain<T> = Omit<T, 'addEventListener'>;
const watches: (...given: Parameters<typeof declared.watch>) => Plain<declared.JobWatch> = watch;
const watchesMine: (...given: Parameters<typeof declared.watchMine>) => Plain<declared.MineWatch> = watchMine;
const others: Omit<typeof declared, 'watch' | 'watchMine'> = {
  cancel: api.cancel,
  remove: api.remove,
  retry: api.retry,
  submit: api.submit,
  types: api.types,
  TidingsError,
  applyEvent,
  ends,
};
export const checked = {watches, watchesMine, others};

export async function use(files: FileList): Promise<string> {
  const job = await declared.submit({
    type: 'digest',
    params: {algorithms: ['SHA-256']},
    files,
    onUploadProgress: ({loaded, total}) => console.log(loaded / total),
  });
  for await (const event of declared.watch(job.links.self, {cursor: 0, signal: AbortSignal.timeout(1_000)})) {
    if (event.type === 'progress') console.log(event.percent?.toFixed(1), event.message);
    if (event.type === 'failed') return event.error.detail ?? '';
    // @ts-expect-error only a snapshot has a state
    console.log(event.state);
  }
  const mine = declared.watchMine();
  mine.addEventListener('change', ({detail}) => console.log(detail.job));
  for await (const {id, job} of mine) console.log(id, job?.state);
  return mine.jobs.get(job.id)?.title ?? '';
}

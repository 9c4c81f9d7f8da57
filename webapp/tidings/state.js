// @ts-check
/** @import {Job, JobEvent} from './types.js' */

/** @param {string} state */
export const terminal = (state) => state === 'succeeded' || state === 'failed' || state === 'cancelled';

/**
 * Whether nothing comes after this event.
 * @param {JobEvent} event
 */
export const ends = (event) =>
  terminal(event.type) || (event.type === 'snapshot' && terminal(event.state.state));

/**
 * The job after one more event; the same object when the event is older than what is known. Pure: makes a new object.
 * @param {Job | undefined} job
 * @param {JobEvent} event
 * @returns {Job | undefined} undefined while no snapshot was seen
 */
export function applyEvent(job, event) {
  if (event.type === 'snapshot') return job && !event.reset && event.seq < job.seq ? job : event.state;
  if (!job || event.seq <= job.seq) return job;
  const next = {...job, seq: event.seq};
  switch (event.type) {
    case 'queued':
      next.state = 'queued';
      break;
    case 'started':
      next.state = 'running';
      next.attempt = event.attempt;
      next.started ??= event.at;
      next.progress = null;
      break;
    case 'progress': {
      const {seq, job: id, type, at, ...progress} = event;
      next.progress = progress;
      break;
    }
    case 'artifact': {
      const {seq, job: id, type, at, ...artifact} = event;
      next.artifacts = [...job.artifacts.filter(({name}) => name !== artifact.name), artifact];
      break;
    }
    case 'cancelling':
      next.cancelRequested = true;
      break;
    case 'retrying':
      next.state = 'queued';
      break;
    case 'succeeded':
    case 'failed':
    case 'cancelled':
      next.state = event.type;
      next.finished = event.at;
      next.progress = ended(job.progress, event.type === 'succeeded');
      if (event.type === 'succeeded') next.result = event.result ?? null;
      if (event.type === 'failed') next.error = event.error;
      break;
  }
  return next;
}

/** Nothing remains of a job that has ended, and a job that has succeeded has come to 100 %. @param {Job['progress']} progress @param {boolean} succeeded */
function ended(progress, succeeded) {
  if (!progress) return progress;
  const {eta, ...rest} = progress;
  return succeeded && rest.percent !== undefined ? {...rest, percent: 100} : rest;
}

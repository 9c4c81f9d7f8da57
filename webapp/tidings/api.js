// @ts-check
import {TidingsError} from './reader.js';
import {retryAfterMs, retryDelayMs} from './retry.js';
import {credentialsFor, resolveJob} from './watch.js';
import {BASE, browser, mediaType, pause, token} from './world.js';
/** @import {World} from './world.js' */
/** @import {Job, JobType} from '../tidings.js' */

/** @typedef {{loaded: number, total: number}} UploadProgress bytes of the whole request */
/** @typedef {{status: number, header: (name: string) => string | null, text: string}} Answer status 0: none came */
/**
 * @typedef {object} Request
 * @property {string} method
 * @property {string} url
 * @property {Record<string, string>} headers
 * @property {(() => string | FormData)} [body] made anew for each try
 * @property {(progress: UploadProgress) => void} [onUploadProgress]
 * @property {AbortSignal} [signal]
 * @property {RequestCredentials} credentials
 */
/** Sends one request; tests bring their own. @typedef {(request: Request) => Promise<Answer>} Send */

/** Tries of one request before its failure is told. */
const TRIES = 6;
/** What a gateway or a server that is going down may answer, and what another try may cure. */
const TEMPORARY = new Set([0, 408, 425, 429, 500, 502, 503, 504]);

/** What has no files is answered within this, or asked again. */
const ANSWER_MS = 60_000;

/** @param {World} world @returns {Send} */
const sendByFetch =
  (world) =>
  async ({method, url, headers, body, signal, credentials}) => {
    const attempt = new AbortController();
    const abort = () => attempt.abort(signal?.reason);
    signal?.addEventListener('abort', abort);
    const content = body?.();
    const timer = content instanceof FormData ? undefined : world.later(() => attempt.abort(), ANSWER_MS);
    try {
      const response = await world.fetch(url, {
        method,
        headers,
        body: content,
        credentials,
        cache: 'no-store',
        signal: attempt.signal,
      });
      const text = await response.text();
      return {status: response.status, header: (name) => response.headers.get(name), text};
    } catch {
      signal?.throwIfAborted();
      return {status: 0, header: () => null, text: ''};
    } finally {
      world.forget(timer);
      signal?.removeEventListener('abort', abort);
    }
  };

/** @param {World} world @returns {Send} */
const sendWithProgress = (world) => async (request) => {
  // Without its module the upload goes all the same, only silently.
  const {sendByXhr} = await import('./upload.js').catch(() => ({sendByXhr: sendByFetch(world)}));
  return sendByXhr(request);
};

/**
 * Sends until Tidings itself has answered. Safe to repeat: a submission by its `Idempotency-Key`, the others by what they mean.
 * @param {Omit<Request, 'credentials'>} request
 * @param {{world?: World, send?: Send, credentials?: RequestCredentials, onWaiting?: (delayMs: number) => void}} [options]
 * @returns {Promise<any>} the JSON of the answer; undefined for a 204
 * @throws {TidingsError} status 0 or a gateway's when Tidings was not reached at all
 */
export async function ask(
  request,
  {
    world = browser,
    send = (request.onUploadProgress ? sendWithProgress : sendByFetch)(world),
    credentials = credentialsFor(request.url),
    onWaiting,
  } = {},
) {
  const {signal} = request;
  for (let failures = 0; ; failures++) {
    signal?.throwIfAborted();
    const {status, header, text} = await send({...request, credentials});
    const json = /^application\/(problem\+)?json$/.test(mediaType(header('Content-Type')))
      ? parse(text)
      : undefined;
    if (status === 204) return undefined;
    if (status >= 200 && status < 300 && json !== undefined) return json;
    // A page instead of JSON is a gateway's or a login's, whatever its status.
    const temporary = TEMPORARY.has(status) || json === undefined;
    if (!temporary || failures + 1 >= TRIES) {
      throw new TidingsError(
        status,
        json ?? {
          title: status
            ? `The answer (status ${status}) did not come from Tidings.`
            : 'Tidings was not reached.',
        },
      );
    }
    const delayMs = Math.max(
      retryDelayMs(failures, world.random),
      retryAfterMs(header('Retry-After'), world.nowMs()),
    );
    onWaiting?.(delayMs);
    await pause(world, delayMs, signal);
  }
}

/**
 * Submits a job. Always with an `Idempotency-Key`, so that neither a retry here nor one by a balancer makes a second job.
 * @param {object} submission
 * @param {string} submission.type
 * @param {string} [submission.title]
 * @param {any} [submission.params]
 * @param {number} [submission.priority]
 * @param {string} [submission.notBefore] an instant
 * @param {Iterable<File>} [submission.files]
 * @param {(progress: UploadProgress) => void} [submission.onUploadProgress]
 * @param {(delayMs: number) => void} [submission.onWaiting] a try failed; the next one comes after so long
 * @param {AbortSignal} [submission.signal]
 * @param {string | URL} [submission.base]
 * @param {string} [submission.idempotencyKey] to go on with an earlier submission
 * @param {World} [submission.world]
 * @param {Send} [submission.send]
 * @returns {Promise<Job>}
 */
export function submit({
  type,
  title,
  params,
  priority,
  notBefore,
  files = [],
  onUploadProgress,
  onWaiting,
  signal,
  base = BASE,
  idempotencyKey = token(),
  world,
  send,
}) {
  const job = JSON.stringify({type, title, params, priority, notBefore});
  const inputs = [...files];
  /** @type {Record<string, string>} */
  const headers = {Accept: 'application/json', 'Idempotency-Key': `"${idempotencyKey}"`};
  if (inputs.length === 0) headers['Content-Type'] = 'application/json';
  const body = () => {
    if (inputs.length === 0) return job;
    const form = new FormData();
    form.append('job', new Blob([job], {type: 'application/json'}), 'job.json');
    for (const file of inputs) form.append('file', file, file.name);
    return form;
  };
  return ask(
    {method: 'POST', url: String(new URL('api/jobs', base)), headers, body, onUploadProgress, signal},
    {world, send, onWaiting},
  );
}

/**
 * @typedef {{base?: string | URL, signal?: AbortSignal, world?: World, send?: Send}} Options
 */

/** Asks for the end of a job. @param {string | URL} job its `links.self` or its id @param {Options} [options] @returns {Promise<Job>} */
export const cancel = (job, options) => change('POST', job, '/cancel', options);

/** A failed or cancelled job again, as a new one. @param {string | URL} job @param {Options} [options] @returns {Promise<Job>} */
export const retry = (job, options) => change('POST', job, '/retry', options);

/** Deletes a finished job with its log and artifacts. @param {string | URL} job @param {Options} [options] @returns {Promise<void>} */
export async function remove(job, options) {
  try {
    await change('DELETE', job, '', options);
  } catch (error) {
    // Gone is gone: the first try may have done it although its answer was lost.
    if (!(error instanceof TidingsError && error.status === 404 && error.problem.status === 404)) throw error;
  }
}

/** @param {Options} [options] @returns {Promise<JobType[]>} */
export async function types({base = BASE, ...rest} = {}) {
  return (await get(new URL('api/types', base), rest)).types;
}

/** Reads JSON. @param {string | URL} url @param {Options} [options] @returns {Promise<any>} */
export function get(url, {signal, ...rest} = {}) {
  return ask({method: 'GET', url: String(url), headers: {Accept: 'application/json'}, signal}, rest);
}

/** @param {string} method @param {string | URL} job @param {string} path @param {Options} [options] */
function change(method, job, path, {base = BASE, signal, ...rest} = {}) {
  const headers = {Accept: 'application/json', 'Idempotency-Key': `"${token()}"`};
  return ask({method, url: resolveJob(job, base) + path, headers, signal}, rest);
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

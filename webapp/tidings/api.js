// @ts-check
import {browser, mediaType, pause, token} from './environment.js';
import {TidingsError} from './errors.js';
import {retryAfterMs, retryDelayMs} from './retry.js';
import {BASE, credentialsFor, resolveJob, unique} from './urls.js';
/** @import {Environment} from './environment.js' */
/** @import {Job, JobType} from './types.js' */

/** Bytes of the whole request. @typedef {{loaded: number, total: number}} UploadProgress */
/** Status 0: no answer came. @typedef {{status: number, header: (name: string) => string | null, text: string}} Answer */
/**
 * @typedef {object} Request
 * @property {string} method
 * @property {string} url
 * @property {Record<string, string>} headers
 * @property {(() => string | FormData)} [body] made anew for each try
 * @property {File[]} [files] what the body is made of
 * @property {(progress: UploadProgress) => void} [onUploadProgress]
 * @property {AbortSignal} [signal]
 * @property {RequestCredentials} credentials
 */
/** Sends one request; tests bring their own. @typedef {(request: Request) => Promise<Answer>} Send */
/**
 * Where Tidings is (`base`, with a slash at its end; by default where this module came from), and what ends the request.
 * @typedef {{base?: string | URL, signal?: AbortSignal, environment?: Environment, send?: Send}} Options
 */

/** Tries of one request before its failure is told. */
const TRIES = 6;
/** What a gateway or a server that is going down may answer, and what another try may cure. */
const TEMPORARY = new Set([0, 408, 425, 429, 500, 502, 503, 504]);

/** What has no files is answered within this, or asked again. */
const ANSWER_MS = 60_000;

/** @param {Environment} environment @returns {Send} */
const sendByFetch = (environment) => async (request) => {
  const {method, url, headers, body, signal, credentials} = request;
  const attempt = new AbortController();
  const abort = () => attempt.abort(signal?.reason);
  signal?.addEventListener('abort', abort);
  const content = body?.();
  const timer = content instanceof FormData ? undefined : environment.later(() => attempt.abort(), ANSWER_MS);
  try {
    const init = {method, headers, body: content, credentials, signal: attempt.signal};
    const response = await environment.fetch(url, {...init, cache: 'no-store'});
    const text = await response.text();
    return {status: response.status, header: (name) => response.headers.get(name), text};
  } catch {
    signal?.throwIfAborted();
    return {status: 0, header: () => null, text: ''};
  } finally {
    environment.forget(timer);
    signal?.removeEventListener('abort', abort);
  }
};

/** @param {Environment} environment @returns {Send} */
const sendWithProgress = (environment) => async (request) => {
  // Without its module the upload goes all the same, only silently.
  const {sendByXhr} = await import('./upload.js').catch(() => ({sendByXhr: sendByFetch(environment)}));
  return sendByXhr(request);
};

/**
 * A file that was chosen, and then changed or deleted, can't be read any more; a folder never can.
 * @param {File[]} files
 * @throws {TidingsError} status 0
 */
async function checkReadable(files) {
  for (const file of files) {
    try {
      // A deleted file has no bytes: it is asked for all of them.
      await (file.size > 0 ? file.slice(0, 1) : file).arrayBuffer();
    } catch {
      const detail = `“${file.name}” can’t be read: it was changed or deleted after it was chosen, or it is a folder.`;
      throw new TidingsError(0, {title: 'A file can’t be read', detail});
    }
  }
}

/**
 * Sends until Tidings itself has answered. Safe to repeat: a submission by its `Idempotency-Key`, the others by what they
 * mean.
 * @param {Omit<Request, 'credentials'>} request
 * @param {object} [options]
 * @param {Environment} [options.environment]
 * @param {Send} [options.send]
 * @param {(delayMs: number) => void} [options.onWaiting]
 * @param {(text: string) => any} [options.parse] reads the JSON of the answer
 * @returns {Promise<any>} the JSON of the answer; undefined for a 204
 * @throws {TidingsError} status 0 or a gateway's when Tidings was not reached at all
 */
export async function ask(request, {environment = browser, send, onWaiting, parse = JSON.parse} = {}) {
  const {signal, files = [], url} = request;
  send ??= (request.onUploadProgress ? sendWithProgress : sendByFetch)(environment);
  for (let failures = 0; ; failures++) {
    signal?.throwIfAborted();
    // Before each try: an upload that breaks off may have met a file that has changed since.
    await checkReadable(files);
    const {status, header, text} = await send({...request, credentials: credentialsFor(url)});
    const type = mediaType(header('Content-Type'));
    const json = /^application\/(problem\+)?json$/.test(type) ? parsed(text, parse) : undefined;
    if (status === 204) return undefined;
    if (status >= 200 && status < 300 && json !== undefined) return json;
    // A page instead of JSON is a gateway's or a login's, whatever its status.
    const temporary = TEMPORARY.has(status) || json === undefined;
    if (!temporary || failures + 1 >= TRIES) {
      const stranger = status
        ? `The answer (status ${status}) did not come from Tidings.`
        : 'Tidings was not reached.';
      throw new TidingsError(status, json ?? {title: stranger});
    }
    const askedMs = retryAfterMs(header, environment.nowMs());
    const delayMs = Math.max(retryDelayMs(failures, environment.random), askedMs);
    onWaiting?.(delayMs);
    await pause(environment, delayMs, signal);
  }
}

/**
 * @typedef {object} Submission
 * @property {string} type
 * @property {string} [title]
 * @property {unknown} [params]
 * @property {number} [priority]
 * @property {string} [notBefore] an instant
 * @property {Iterable<File>} [files]
 * @property {(progress: UploadProgress) => void} [onUploadProgress]
 * @property {(delayMs: number) => void} [onWaiting] a try failed; the next one comes after so many ms
 * @property {string} [idempotencyKey] to go on with an earlier submission
 */

/**
 * Submits a job. Always with an `Idempotency-Key`, so that neither a retry here nor one by a balancer makes a second job.
 * @param {Submission & Options} submission
 * @returns {Promise<Job>}
 */
export function submit(submission) {
  const {type, title, params, priority, notBefore} = submission;
  const {
    onUploadProgress,
    onWaiting,
    signal,
    base = BASE,
    idempotencyKey = token(),
    environment,
    send,
  } = submission;
  const job = JSON.stringify({type, title, params, priority, notBefore});
  const files = [...(submission.files ?? [])];
  /** @type {Record<string, string>} */
  const headers = {Accept: 'application/json', 'Idempotency-Key': `"${idempotencyKey}"`};
  if (files.length === 0) headers['Content-Type'] = 'application/json';
  const body = () => {
    if (files.length === 0) return job;
    const form = new FormData();
    form.append('job', new Blob([job], {type: 'application/json'}), 'job.json');
    for (const file of files) form.append('file', file, file.name);
    return form;
  };
  const url = String(new URL('api/jobs', base));
  const request = {method: 'POST', url, headers, body, files, onUploadProgress, signal};
  return ask(request, {environment, send, onWaiting});
}

/**
 * Asks for the end of a job.
 * @param {string | URL} job its `links.self` or its id
 * @param {Options} [options]
 * @returns {Promise<Job>}
 */
export const cancel = (job, options) => change('POST', job, '/cancel', options);

/**
 * Submits a failed or cancelled job again, as a new one.
 * @param {string | URL} job its `links.self` or its id
 * @param {Options} [options]
 * @returns {Promise<Job>}
 */
export const retry = (job, options) => change('POST', job, '/retry', options);

/**
 * Deletes a finished job with its log and artifacts.
 * @param {string | URL} job its `links.self` or its id
 * @param {Options} [options]
 * @returns {Promise<void>}
 */
export async function remove(job, options) {
  try {
    await change('DELETE', job, '', options);
  } catch (error) {
    // Gone is gone: the first try may have done it although its answer was lost.
    if (!(error instanceof TidingsError && error.status === 404 && error.problem.status === 404)) throw error;
  }
}

/**
 * Lists the job types that may be submitted.
 * @param {Options} [options]
 * @returns {Promise<JobType[]>}
 */
export async function types({base = BASE, ...rest} = {}) {
  return (await get(new URL('api/types', base), rest)).types;
}

/**
 * Reads JSON.
 * @param {string | URL} url
 * @param {Options & {parse?: (text: string) => any}} [options]
 * @returns {Promise<any>}
 */
export function get(url, {signal, ...rest} = {}) {
  const headers = {Accept: 'application/json'};
  return ask({method: 'GET', url: `${url}?${unique()}`, headers, signal}, rest);
}

/** @param {string} method @param {string | URL} job @param {string} path @param {Options} [options] */
function change(method, job, path, {base = BASE, signal, ...rest} = {}) {
  const headers = {Accept: 'application/json', 'Idempotency-Key': `"${token()}"`};
  return ask({method, url: resolveJob(job, base) + path, headers, signal}, rest);
}

/** @param {string} text @param {(text: string) => any} parse */
function parsed(text, parse) {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

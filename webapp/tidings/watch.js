// @ts-check
import {Reader, TidingsError} from './reader.js';
import {applyEvent, ends} from './state.js';
import {Watching} from './watching.js';
import {BASE, browser, token} from './world.js';
/** @import {Source} from './reader.js' */
/** @import {World} from './world.js' */
/** @import {Connection, Job, JobEvent} from '../tidings.js' */

/**
 * Watches one job: every event after the cursor, each once and in order, until the terminal one. Use it by `for await`, or by
 * listeners: `event` (and one named as its type) with the event as `detail`, `connection`, `end`, `error`.
 * @param {string | URL} jobUrl the job's `links.self`, or its id
 * @param {{cursor?: number, signal?: AbortSignal, base?: string | URL, credentials?: RequestCredentials, world?: World}} [options]
 *     `cursor`: the `seq` of the last event seen; 0 for the whole log; none for a snapshot and what follows
 */
export function watch(jobUrl, options) {
  return new JobWatch(jobUrl, options);
}

/** @extends {Watching<JobEvent>} */
export class JobWatch extends Watching {
  /** The job as the events so far make it; undefined until a snapshot came. @type {Job | undefined} */
  job;
  /** @type {Connection} */
  connection = {rung: 'stream', live: false, trouble: null, failures: 0};
  #source;
  #stop = new AbortController();
  #world;
  /** Events that nobody has asked for yet; of a run of progress only the last. @type {JobEvent[]} */
  #queue = [];

  /** @param {string | URL} jobUrl @param {Parameters<typeof watch>[1]} [options] */
  constructor(jobUrl, {cursor, signal, base = BASE, credentials, world = browser} = {}) {
    super();
    this.#world = world;
    this.#source = new JobSource(resolveJob(jobUrl, base), cursor, (event) => this.#receive(event));
    const stop = () => this.#stop.abort(signal?.reason);
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, {once: true});
    // After the caller had its turn to listen.
    queueMicrotask(() => this.#run(credentials).finally(() => signal?.removeEventListener('abort', stop)));
  }

  /** The `seq` of the last event; what another watch goes on from. */
  get cursor() {
    return this.#source.cursor;
  }

  /** @override */
  close() {
    this.#stop.abort();
  }

  /** @override */
  take() {
    return this.#queue.shift();
  }

  /** @param {RequestCredentials} [credentials] */
  async #run(credentials) {
    const {signal} = this.#stop;
    try {
      signal.throwIfAborted();
      await new Reader(this.#world, this.#source, {
        signal,
        memoryKey: `tidings.path ${new URL(this.#source.url).origin}`,
        credentials: credentials ?? credentialsFor(this.#source.url),
        onConnection: (connection) => {
          this.connection = connection;
          this.tell('connection', connection);
        },
      }).run();
      this.give({});
      this.tell('end', undefined);
    } catch (error) {
      this.give({error});
      this.tell('error', error);
    } finally {
      this.#source.release();
    }
  }

  /** @param {JobEvent} event */
  #receive(event) {
    this.job = applyEvent(this.job, event);
    if (this.iterated) {
      if (event.type === 'progress' && this.#queue.at(-1)?.type === 'progress') this.#queue.pop();
      this.#queue.push(event);
      this.give();
    }
    this.tell('event', event);
    this.tell(event.type, event);
  }
}

/** How many watches of this page read each job now: a token names one of them, and the same one after a reload. @type {Map<string, Set<number>>} */
const readers = new Map();

/** One job's log. @implements {Source} */
class JobSource {
  done = false;
  #id;
  #give;
  #client;
  #number = 0;
  #count = 0;

  /** @param {string} url @param {number | undefined} cursor @param {(event: JobEvent) => void} give */
  constructor(url, cursor, give) {
    this.url = url;
    this.cursor = cursor;
    this.#id = /** @type {string} */ (url.split('/').at(-1));
    this.#give = give;
    const numbers = readers.get(url) ?? new Set();
    while (numbers.has(this.#number)) this.#number++;
    readers.set(url, numbers.add(this.#number));
    this.#client = pageToken();
  }

  release() {
    readers.get(this.url)?.delete(this.#number);
  }

  streamUrl() {
    return `${this.url}/events?${this.#after()}client=${this.#client}.${this.#number}`;
  }

  /** @param {number} waitS */
  pollUrl(waitS) {
    // Each request has its own URL: some gateways answer from memory whatever they were told.
    return `${this.url}/events?${this.#after()}wait=${waitS}&n=${this.#client}.${this.#number}.${this.#count++}`;
  }

  #after() {
    return this.cursor === undefined ? '' : `after=${this.cursor}&`;
  }

  /** @param {JobEvent} event */
  take(event) {
    if (!Number.isSafeInteger(event?.seq) || typeof event.type !== 'string' || event.job !== this.#id)
      throw new SyntaxError('not an event of this job');
    const reset = event.type === 'snapshot' && event.reset;
    if (this.cursor !== undefined && event.seq <= this.cursor && !reset) return false;
    this.cursor = event.seq;
    if (ends(event)) this.done = true;
    this.#give(event);
    return true;
  }

  /** @param {{events: JobEvent[], next: string, done: boolean}} answer */
  takePage(answer) {
    if (!Array.isArray(answer?.events) || typeof answer.done !== 'boolean')
      throw new SyntaxError('not an answer of Tidings');
    let progressed = false;
    for (const event of answer.events) progressed = this.take(event) || progressed;
    if (answer.done) this.done = true;
    return {progressed, more: !this.done && answer.events.length >= 100};
  }

  /** @param {string} reason */
  bye(reason) {
    if (reason === 'deleted')
      throw new TidingsError(404, {title: 'Not found', detail: 'The job was deleted.'});
    // Only another page with a copy of this one's token can have done it (a duplicated tab).
    if (reason === 'superseded') this.#client = token();
    return false;
  }
}

/** The token of this page, which a reload keeps. */
export function pageToken() {
  const key = 'tidings.client';
  const known = browser.memory.get(key);
  if (known) return known;
  const made = token();
  browser.memory.set(key, made);
  return made;
}

/** @param {string | URL} jobUrl @param {string | URL} base */
export function resolveJob(jobUrl, base) {
  const text = String(jobUrl);
  const url = /^[A-Za-z0-9_-]{1,64}$/.test(text) ? new URL(`api/jobs/${text}`, base) : new URL(text, base);
  return (url.origin + url.pathname).replace(/\/(events)?$/, '');
}

/** @param {string | URL} url @returns {RequestCredentials} */
export function credentialsFor(url) {
  return globalThis.location && new URL(url).origin !== location.origin ? 'include' : 'same-origin';
}

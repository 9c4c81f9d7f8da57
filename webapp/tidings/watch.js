// @ts-check
import {browser, token} from './environment.js';
import {TidingsError} from './errors.js';
import {EventIterator} from './event-iterator.js';
import {Reader} from './reader.js';
import {applyEvent, ends} from './state.js';
import {BASE, credentialsFor, pageToken, resolveJob, unique} from './urls.js';
/** @import {Source} from './reader.js' */
/** @import {Environment} from './environment.js' */
/** @import {Connection, Job, JobEvent, JobWatch} from './types.js' */

/**
 * Watches one job: every event after the cursor, each once and in order (of a run of progress perhaps only the last), until
 * the terminal one. Use it by `for await`, or by listeners: `event` (and one named as its type) with the event as `detail`,
 * `connection`, `end`, `error`.
 * @param {string | URL} job its `links.self`, or its id
 * @param {object} [options]
 * @param {number} [options.cursor] the `seq` of the last event seen; 0 for the whole log; none for a snapshot and what follows
 * @param {AbortSignal} [options.signal]
 * @param {string | URL} [options.base] where Tidings is, with a slash at its end; by default where this module came from
 * @param {RequestCredentials} [options.credentials]
 * @param {Environment} [options.environment]
 * @returns {JobWatch}
 */
export function watch(job, options) {
  return /** @type {JobWatch} */ (/** @type {unknown} */ (new LogWatch(job, options)));
}

/** @extends {EventIterator<JobEvent>} */
class LogWatch extends EventIterator {
  /** The job as the events so far make it; undefined until a snapshot came. @type {Job | undefined} */
  job;
  /** @type {Connection} */
  connection = {rung: 'stream', live: false, trouble: null, failures: 0};
  #source;
  #stop = new AbortController();
  #environment;
  /** Events that nobody has asked for yet; of a run of progress only the last. @type {JobEvent[]} */
  #queue = [];

  /** @param {string | URL} job @param {Parameters<typeof watch>[1]} [options] */
  constructor(job, {cursor, signal, base = BASE, credentials, environment = browser} = {}) {
    super();
    this.#environment = environment;
    this.#source = new LogSource(resolveJob(job, base), cursor, (event) => this.#receive(event));
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
  shift() {
    return this.#queue.shift();
  }

  /** @param {RequestCredentials} [credentials] */
  async #run(credentials) {
    const {signal} = this.#stop;
    try {
      signal.throwIfAborted();
      await new Reader(this.#environment, this.#source, {
        signal,
        memoryKey: `tidings.path ${new URL(this.#source.url).origin}`,
        credentials: credentials ?? credentialsFor(this.#source.url),
        onConnection: (connection) => {
          this.connection = connection;
          this.emit('connection', connection);
        },
      }).run();
      this.settle({});
      this.emit('end', undefined);
    } catch (error) {
      this.settle({error});
      this.emit('error', error);
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
      this.settle();
    }
    this.emit('event', event);
    this.emit(event.type, event);
  }
}

/**
 * The numbers of this page's watches of each job: with the page's token a number names a watch, the same one after a reload.
 * @type {Map<string, Set<number>>}
 */
const numbersInUse = new Map();

/** One job's log. @implements {Source} */
class LogSource {
  done = false;
  #id;
  #onEvent;
  #client;
  #number = 0;

  /** @param {string} url @param {number | undefined} cursor @param {(event: JobEvent) => void} onEvent */
  constructor(url, cursor, onEvent) {
    this.url = url;
    this.cursor = cursor;
    this.#id = url.split('/').at(-1);
    this.#onEvent = onEvent;
    const numbers = numbersInUse.get(url) ?? new Set();
    while (numbers.has(this.#number)) this.#number++;
    numbersInUse.set(url, numbers.add(this.#number));
    this.#client = pageToken();
  }

  release() {
    numbersInUse.get(this.url)?.delete(this.#number);
  }

  streamUrl() {
    return this.#events(`client=${this.#client}.${this.#number}`);
  }

  /** @param {number} waitS */
  pollUrl(waitS) {
    return this.#events(`wait=${waitS}`);
  }

  /** @param {string} query */
  #events(query) {
    const after = this.cursor === undefined ? '' : `after=${this.cursor}&`;
    return `${this.url}/events?${after}${query}&${unique()}`;
  }

  /** @param {JobEvent} event */
  accept(event) {
    if (!Number.isSafeInteger(event?.seq) || typeof event.type !== 'string' || event.job !== this.#id) {
      throw new SyntaxError('not an event of this job');
    }
    const reset = event.type === 'snapshot' && event.reset;
    if (this.cursor !== undefined && event.seq <= this.cursor && !reset) return false;
    this.cursor = event.seq;
    if (ends(event)) this.done = true;
    this.#onEvent(event);
    return true;
  }

  /** @param {{events: JobEvent[], next: string, done: boolean}} answer */
  acceptPage(answer) {
    if (!Array.isArray(answer?.events) || typeof answer.done !== 'boolean') {
      throw new SyntaxError('not an answer of Tidings');
    }
    let progressed = false;
    for (const event of answer.events) progressed = this.accept(event) || progressed;
    if (answer.done) this.done = true;
    return {progressed, more: !this.done && answer.events.length >= 100};
  }

  /** @param {string} reason */
  onBye(reason) {
    if (reason === 'deleted')
      throw new TidingsError(404, {title: 'Not found', detail: 'The job was deleted.'});
    // Only another page with a copy of this one's token can have done it (a duplicated tab).
    if (reason === 'superseded') this.#client = token();
  }
}

// @ts-check
import {browser} from './environment.js';
import {EventIterator} from './event-iterator.js';
import {JobsFeed} from './jobs-feed.js';
import {BASE} from './urls.js';
/** @import {Environment} from './environment.js' */
/** @import {Job, JobChange, MineWatch} from './types.js' */

/** The feeds of this page, by base: all its watchers share one. @type {WeakMap<Environment, Map<string, JobsFeed>>} */
const pages = new WeakMap();

/**
 * Watches the states of all own jobs, over one connection for all tabs of this browser where it has Web Locks and
 * BroadcastChannel, else one for this tab. Every end is told; of quick changes the newest. Use it by `for await`
 * (`{id, job}`, `job` null once it is deleted), or by `jobs` and the events `change`, `deleted`, `ready` (all present jobs
 * are in `jobs`), `connection`, `error`.
 * @param {{base?: string | URL, signal?: AbortSignal, environment?: Environment}} [options] `base`: where Tidings is, with a
 *     slash at its end; by default where this module came from
 * @returns {MineWatch}
 */
export function watchMine(options) {
  return /** @type {MineWatch} */ (new JobsWatch(options));
}

/** @extends {EventIterator<JobChange>} */
export class JobsWatch extends EventIterator {
  #feed;
  /** The newest change of each job that nobody has asked for yet. @type {Map<string, JobChange>} */
  #changes = new Map();
  #closed = false;

  /** @param {Parameters<typeof watchMine>[0]} [options] */
  constructor({base = BASE, signal, environment = browser} = {}) {
    super();
    const key = String(base);
    const feeds = pages.get(environment) ?? new Map();
    pages.set(environment, feeds);
    this.#feed = feeds.get(key) ?? new JobsFeed(key, environment, () => feeds.delete(key));
    feeds.set(key, this.#feed);
    this.#feed.join(this);
    signal?.addEventListener('abort', () => this.close(), {once: true});
    if (signal?.aborted) this.close();
  }

  /** @returns {ReadonlyMap<string, Job>} the jobs that are known, by id */
  get jobs() {
    return this.#feed.set.jobs;
  }

  get connection() {
    return this.#feed.connection;
  }

  /** Whether all present jobs are in `jobs`. */
  get ready() {
    return this.#feed.set.ready;
  }

  /** Takes in what another request answered, ahead of the stream. @param {Job} job */
  put(job) {
    this.#feed.put(job);
  }

  /** Forgets a job that was deleted just now. @param {string} id */
  forget(id) {
    this.#feed.forget(id);
  }

  /** @override */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#feed.leave(this);
    this.settle({});
  }

  /** @override @param {string} name @param {any} detail */
  emit(name, detail) {
    if (this.iterated && (name === 'change' || name === 'deleted')) {
      this.#changes.set(detail.id, {id: detail.id, job: detail.job ?? null});
      this.settle();
    }
    if (name === 'error') {
      this.#closed = true;
      this.settle({error: detail});
    }
    super.emit(name, detail);
  }

  /** @override */
  [Symbol.asyncIterator]() {
    if (!this.iterated) for (const [id, job] of this.jobs) this.#changes.set(id, {id, job});
    return super[Symbol.asyncIterator]();
  }

  /** @override */
  shift() {
    for (const [id, change] of this.#changes) {
      this.#changes.delete(id);
      return change;
    }
    return undefined;
  }
}

// @ts-check
import {get} from './api.js';
import {Reader, TidingsError} from './reader.js';
import {Lead} from './lead.js';
import {applyEvent, terminal} from './state.js';
import {credentialsFor, pageToken} from './watch.js';
import {Watching} from './watching.js';
import {BASE, browser, token} from './world.js';
/** @import {Source} from './reader.js' */
/** @import {World} from './world.js' */
/** @import {Connection, Job, JobEvent, JobChange} from '../tidings.js' */

/** Jobs of one answer when they are polled. */
const PAGE = 100;
/** After a `hello` the snapshots are through within this. */
const SNAPSHOTS_MS = 3_000;
/** Jobs that are looked up one by one after a reconnection that did not name them. */
const MAX_LOOKUPS = 50;
/** Events of one job that are kept until its snapshot comes. */
const MAX_EARLY = 200;

/** The feeds of this page, by base: all its watchers share one. @type {WeakMap<World, Map<string, MineFeed>>} */
const pages = new WeakMap();

/**
 * Watches the states of all own jobs, over one connection for all tabs of this browser where it has Web Locks and
 * BroadcastChannel, else one for this tab. Every end is told; of quick changes the newest. Use it by `for await` (`{id, job}`, `job` null once it is deleted), or by `jobs`
 * and the events `change`, `deleted`, `ready` (all present jobs are in `jobs`), `connection`, `error`.
 * @param {{base?: string | URL, signal?: AbortSignal, world?: World}} [options]
 */
export function watchMine(options) {
  return new MineWatch(options);
}

/** @extends {Watching<JobChange>} */
export class MineWatch extends Watching {
  #feed;
  /** The newest change of each job that nobody has asked for yet. @type {Map<string, JobChange>} */
  #changes = new Map();
  #closed = false;

  /** @param {Parameters<typeof watchMine>[0]} [options] */
  constructor({base = BASE, signal, world = browser} = {}) {
    super();
    const key = String(base);
    const feeds = pages.get(world) ?? new Map();
    pages.set(world, feeds);
    this.#feed = feeds.get(key) ?? new MineFeed(key, world, () => feeds.delete(key));
    feeds.set(key, this.#feed);
    this.#feed.join(this);
    signal?.addEventListener('abort', () => this.close(), {once: true});
    if (signal?.aborted) this.close();
  }

  /** @returns {ReadonlyMap<string, Job>} the jobs that are known, by id */
  get jobs() {
    return this.#feed.jobs;
  }

  get connection() {
    return this.#feed.connection;
  }

  /** Whether all present jobs are in `jobs`. */
  get ready() {
    return this.#feed.ready;
  }

  /** Takes in what another request answered, ahead of the stream. @param {Job} job */
  put(job) {
    this.#feed.take(snapshotOf(job));
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
    this.give({});
  }

  /** @override @param {string} name @param {any} detail */
  tell(name, detail) {
    if (this.iterated && (name === 'change' || name === 'deleted')) {
      this.#changes.set(detail.id, {id: detail.id, job: detail.job ?? null});
      this.give();
    }
    if (name === 'error') {
      this.#closed = true;
      this.give({error: detail});
    }
    super.tell(name, detail);
  }

  /** @override */
  [Symbol.asyncIterator]() {
    if (!this.iterated) for (const [id, job] of this.jobs) this.#changes.set(id, {id, job});
    return super[Symbol.asyncIterator]();
  }

  /** @override */
  take() {
    for (const [id, change] of this.#changes) {
      this.#changes.delete(id);
      return change;
    }
    return undefined;
  }
}

/** @param {Job} job @returns {JobEvent} */
const snapshotOf = (job) => ({type: 'snapshot', seq: job.seq, job: job.id, at: job.created, state: job});

/** What all watchers of this page share. @implements {Source} */
export class MineFeed {
  /** @type {Map<string, Job>} */
  jobs = new Map();
  ready = false;
  done = false;
  /** @type {Connection} */
  connection = {rung: 'stream', live: false, trouble: null, failures: 0};
  #base;
  #world;
  #over;
  #lead;
  /** @type {Set<MineWatch>} */
  #watchers = new Set();
  #client = pageToken();
  #count = 0;
  /** Jobs that were known before the present connection and were not named by it. @type {Set<string>} */
  #unconfirmed = new Set();
  /** Events of jobs of which no snapshot came yet. @type {Map<string, JobEvent[]>} */
  #early = new Map();
  /** Jobs that are being looked up. @type {Set<string>} */
  #lookedUp = new Set();
  /** @type {any} */
  #timer;

  /** @param {string} base @param {World} world @param {() => void} over */
  constructor(base, world, over) {
    this.#base = base;
    this.#world = world;
    this.#over = over;
    this.#lead = new Lead(`tidings ${base}`, world, {
      read: (signal) => this.#read(signal),
      state: () => ({jobs: [...this.jobs.values()], ready: this.ready, connection: this.connection}),
      receive: (message) => this.#receive(message),
    });
  }

  /** @param {MineWatch} watcher */
  join(watcher) {
    this.#watchers.add(watcher);
    if (this.#watchers.size === 1) queueMicrotask(() => this.#watchers.size > 0 && this.#lead.start());
  }

  /** @param {MineWatch} watcher */
  leave(watcher) {
    this.#watchers.delete(watcher);
    if (this.#watchers.size > 0) return;
    this.#lead.stop();
    this.#world.forget(this.#timer);
    this.#over();
  }

  streamUrl() {
    return String(new URL(`api/events?client=${this.#client}.m`, this.#base));
  }

  pollUrl() {
    return String(new URL(`api/jobs?limit=${PAGE}&n=${this.#client}.${this.#count++}`, this.#base));
  }

  /** @param {JobEvent} event */
  take(event) {
    const id = event?.job;
    if (!Number.isSafeInteger(event?.seq) || typeof event.type !== 'string' || typeof id !== 'string')
      throw new SyntaxError('not an event');
    this.#unconfirmed.delete(id);
    // Snapshots come first.
    if (event.type !== 'snapshot') this.#confirm();
    return this.#apply(event);
  }

  /** @param {JobEvent} event */
  #apply(event) {
    const id = event.job;
    const before = this.jobs.get(id);
    const job = applyEvent(before, event);
    if (!job) {
      // One that was submitted meanwhile: what comes before its snapshot is kept for it.
      const early = this.#early.get(id) ?? [];
      this.#early.set(id, early);
      if (early.length < MAX_EARLY) early.push(event);
      else this.#unconfirmed.add(id);
      this.#lookUp([id]);
    }
    if (
      !job ||
      job === before ||
      (before && job.seq === before.seq && event.type === 'snapshot' && !event.reset)
    )
      return false;
    this.jobs.set(id, job);
    this.#lead.post({kind: 'event', event});
    this.#tell('change', {id, job, event});
    const early = this.#early.get(id);
    this.#early.delete(id);
    for (const later of early ?? []) this.#apply(later);
    return true;
  }

  /** @param {string} id */
  forget(id) {
    this.#unconfirmed.delete(id);
    this.#early.delete(id);
    if (!this.jobs.delete(id)) return;
    this.#lead.post({kind: 'deleted', id});
    this.#tell('deleted', {id});
  }

  /** @param {string} name @param {any} data */
  control(name, data) {
    if (name === 'hello') {
      this.#unconfirmed = new Set(this.jobs.keys());
      this.#world.forget(this.#timer);
      this.#timer = this.#world.later(() => this.#confirm(), SNAPSHOTS_MS);
    } else if (name === 'heartbeat') {
      this.#confirm();
      this.#lead.post({kind: 'alive'});
    } else if (name === 'deleted' && typeof data?.job === 'string') {
      this.forget(data.job);
    }
  }

  /** @param {{jobs: Job[]}} answer */
  takePage(answer) {
    if (!Array.isArray(answer?.jobs)) throw new SyntaxError('not an answer of Tidings');
    let progressed = false;
    const named = new Set();
    for (const job of answer.jobs) {
      named.add(job.id);
      progressed = this.take(snapshotOf(job)) || progressed;
    }
    // A page that is not full is all there is; of a full one, older jobs that are finished may well be on the next.
    const oldest = answer.jobs.length < PAGE ? '' : (answer.jobs.at(-1)?.created ?? '');
    const missing = [...this.jobs.values()].filter(
      (job) => !named.has(job.id) && (!terminal(job.state) || job.created > oldest),
    );
    this.#unconfirmed = new Set(missing.map((job) => job.id));
    this.#confirm(true);
    return {progressed, more: false};
  }

  /** @param {string} reason */
  bye(reason) {
    if (reason === 'superseded') this.#client = token();
    return false;
  }

  /** All that the connection has to say about present jobs was said: what it did not name is looked up. @param {boolean} [again] */
  #confirm(again = false) {
    this.#world.forget(this.#timer);
    const ids = [...this.#unconfirmed].slice(0, MAX_LOOKUPS);
    for (const id of ids) this.#unconfirmed.delete(id);
    if (!this.ready) {
      this.ready = true;
      this.#lead.post({kind: 'state', ...this.#lead.state()});
      this.#tell('ready', null);
    } else if (!again && ids.length === 0) {
      return;
    }
    this.#lookUp(ids);
  }

  /** @param {string[]} ids */
  async #lookUp(ids) {
    for (const id of ids) {
      if (this.#lookedUp.has(id)) continue;
      this.#lookedUp.add(id);
      try {
        const job = await get(new URL(`api/jobs/${id}`, this.#base), {world: this.#world});
        this.#apply(snapshotOf(job));
      } catch (error) {
        if (error instanceof TidingsError && error.status === 404) this.forget(id);
        // Not now: by the next heartbeat.
        else this.#unconfirmed.add(id);
      } finally {
        this.#lookedUp.delete(id);
      }
    }
  }

  /** @param {AbortSignal} signal */
  async #read(signal) {
    try {
      await new Reader(this.#world, this, {
        signal,
        rungs: ['stream', 'poll'],
        memoryKey: `tidings.path.mine ${new URL(this.#base).origin}`,
        credentials: credentialsFor(this.#base),
        onConnection: (connection) => {
          this.#connected(connection);
          this.#lead.post({kind: 'alive', connection});
        },
      }).run();
    } catch (error) {
      if (signal.aborted) return;
      this.#tell('error', error);
      this.#lead.stop();
    }
  }

  /** A word of the leader. @param {any} message */
  #receive(message) {
    if (message.connection) this.#connected(message.connection);
    if (message.kind === 'event') {
      this.#apply(message.event);
    } else if (message.kind === 'deleted') {
      this.forget(message.id);
    } else if (message.kind === 'state') {
      for (const job of message.jobs) this.#apply(snapshotOf(job));
      if (message.ready) {
        const named = new Set(message.jobs.map((/** @type {Job} */ job) => job.id));
        for (const id of this.jobs.keys()) if (!named.has(id)) this.forget(id);
        if (!this.ready) {
          this.ready = true;
          this.#tell('ready', null);
        }
      }
    }
  }

  /** @param {Connection} connection */
  #connected(connection) {
    this.connection = connection;
    this.#tell('connection', connection);
  }

  /** @param {string} name @param {any} detail */
  #tell(name, detail) {
    for (const watcher of [...this.#watchers]) watcher.tell(name, detail);
  }
}

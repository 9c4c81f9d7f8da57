// @ts-check
import {get} from './api.js';
import {token} from './environment.js';
import {TidingsError, isSignedOut} from './errors.js';
import {JobSet, snapshotOf} from './job-set.js';
import {Reader} from './reader.js';
import {TabLeader} from './tab-leader.js';
import {credentialsFor, pageToken, unique} from './urls.js';
/** @import {Environment} from './environment.js' */
/** @import {JobsWatch} from './my-jobs.js' */
/** @import {Message} from './tab-leader.js' */
/** @import {Connection, Job, JobEvent} from './types.js' */

/** Jobs of one answer when they are polled. */
const PAGE = 100;
/** After a `hello` the snapshots are through within this. */
const SNAPSHOTS_MS = 3_000;
/** Jobs that are looked up one by one after a reconnection that did not name them. */
const MAX_LOOKUPS = 50;

/** What all watchers of this page share. */
export class JobsFeed {
  set = new JobSet();
  done = false;
  /** @type {Connection} */
  connection = {rung: 'stream', live: false, trouble: null, failures: 0};
  #base;
  #environment;
  #onEnd;
  #leader;
  /** @type {Set<JobsWatch>} */
  #watchers = new Set();
  #client = pageToken();
  /** Jobs that this page was told of by another request: other tabs have not heard of them. @type {Set<string>} */
  #unshared = new Set();
  /** Jobs that are being looked up. @type {Set<string>} */
  #lookedUp = new Set();
  /** @type {unknown} */
  #timer;

  /** @param {string} base @param {Environment} environment @param {() => void} onEnd */
  constructor(base, environment, onEnd) {
    this.#base = base;
    this.#environment = environment;
    this.#onEnd = onEnd;
    this.#leader = new TabLeader(`tidings ${base}`, environment, {
      read: (signal) => this.#read(signal),
      state: () => ({
        jobs: [...this.set.jobs.values()],
        ready: this.set.ready,
        connection: this.connection,
      }),
      receive: (message) => this.#receive(message),
      reset: () => this.#reset(),
    });
  }

  /** @param {JobsWatch} watcher */
  join(watcher) {
    this.#watchers.add(watcher);
    if (this.#watchers.size === 1) queueMicrotask(() => this.#watchers.size > 0 && this.#leader.start());
  }

  /** @param {JobsWatch} watcher */
  leave(watcher) {
    this.#watchers.delete(watcher);
    if (this.#watchers.size === 0) this.#end();
  }

  #end() {
    this.#leader.stop();
    this.#environment.forget(this.#timer);
    this.#onEnd();
  }

  streamUrl() {
    return String(new URL(`api/events?client=${this.#client}.m&${unique()}`, this.#base));
  }

  pollUrl() {
    return String(new URL(`api/jobs?limit=${PAGE}&${unique()}`, this.#base));
  }

  /** @param {JobEvent} event */
  accept(event) {
    const id = event?.job;
    if (!Number.isSafeInteger(event?.seq) || typeof event.type !== 'string' || typeof id !== 'string') {
      throw new SyntaxError('not an event');
    }
    this.set.confirm(id, true);
    // Snapshots come first.
    if (event.type !== 'snapshot') this.#confirm();
    if (this.#unshared.delete(id)) this.#share(event);
    return this.#apply(event, true);
  }

  /** @param {JobEvent} event @param {boolean} [shared] whether the tabs that follow are told */
  #apply(event, shared = false) {
    const changes = this.set.apply(event);
    for (const change of changes) {
      if (shared) this.#share(change.event);
      this.#emit('change', change);
    }
    if (!this.set.jobs.has(event.job)) this.#lookUp([event.job]);
    return changes.length > 0;
  }

  /** @param {JobEvent} event */
  #share(event) {
    this.#leader.post({kind: 'event', event});
  }

  /** @param {Job} job */
  put(job) {
    for (const {owner} of this.set.jobs.values()) {
      // Somebody else signed in meanwhile.
      if (owner !== job.owner) return this.#leader.restart();
      break;
    }
    this.#unshared.add(job.id);
    this.#apply(snapshotOf(job));
  }

  /** @param {string} id */
  forget(id) {
    if (!this.set.remove(id)) return;
    this.#leader.post({kind: 'deleted', id});
    this.#emit('deleted', {id});
  }

  /** The jobs belong to another user than the one who reads now, or to nobody. */
  #reset() {
    const {jobs} = this.set;
    this.set = new JobSet();
    this.#unshared.clear();
    this.#lookedUp.clear();
    for (const id of jobs.keys()) this.#emit('deleted', {id});
  }

  /** @param {string} name @param {Record<string, unknown>} data */
  onControl(name, data) {
    if (name === 'hello') {
      this.#leader.identify(data.user);
      this.set.expectSnapshots();
      this.#environment.forget(this.#timer);
      this.#timer = this.#environment.later(() => this.#confirm(), SNAPSHOTS_MS);
    } else if (name === 'heartbeat') {
      this.#confirm();
      this.#leader.post({kind: 'alive'});
    } else if (name === 'deleted' && typeof data.job === 'string') {
      this.forget(data.job);
    }
  }

  /** @param {{jobs: Job[], user?: string}} answer @param {boolean} next whether there are older jobs */
  acceptPage(answer, next) {
    if (!Array.isArray(answer?.jobs)) throw new SyntaxError('not an answer of Tidings');
    this.#leader.identify(answer.user);
    let progressed = false;
    for (const job of answer.jobs) progressed = this.accept(snapshotOf(job)) || progressed;
    // A page is bounded by bytes too: it may be short, and not the last.
    this.set.expectPage(answer.jobs, next);
    this.#confirm(true);
    return {progressed, more: false};
  }

  /** @param {string} reason */
  onBye(reason) {
    if (reason === 'superseded') this.#client = token();
  }

  /**
   * The connection has named all present jobs: the others are looked up.
   * @param {boolean} [again]
   */
  #confirm(again = false) {
    this.#environment.forget(this.#timer);
    const ids = this.set.takeUnconfirmed(MAX_LOOKUPS);
    if (!this.set.ready) {
      this.set.ready = true;
      this.#leader.postState();
      this.#emit('ready', null);
    } else if (!again && ids.length === 0) {
      return;
    }
    this.#lookUp(ids);
  }

  /** @param {string[]} ids */
  async #lookUp(ids) {
    const {set} = this;
    for (const id of ids) {
      if (this.#lookedUp.has(id)) continue;
      this.#lookedUp.add(id);
      /** @type {Job | null | undefined} */
      let job;
      try {
        job = await get(new URL(`api/jobs/${id}`, this.#base), {environment: this.#environment});
      } catch (error) {
        if (error instanceof TidingsError && error.status === 404) job = null;
      }
      // Another user's by now.
      if (set !== this.set) return;
      this.#lookedUp.delete(id);
      if (job) this.#apply(snapshotOf(job), true);
      else if (job === null) this.forget(id);
      // Not now: by the next heartbeat.
      else set.confirm(id, false);
    }
  }

  /** @param {AbortSignal} signal */
  async #read(signal) {
    try {
      await new Reader(this.#environment, this, {
        signal,
        rungs: ['stream', 'poll'],
        memoryKey: `tidings.path.mine ${new URL(this.#base).origin}`,
        credentials: credentialsFor(this.#base),
        onConnection: (connection) => {
          this.#setConnection(connection);
          this.#leader.post({kind: 'alive', connection});
        },
      }).run();
    } catch (error) {
      if (signal.aborted) return;
      this.#end();
      if (isSignedOut(error)) this.#reset();
      this.#emit('error', error);
    }
  }

  /** Learns from the tab that leads. @param {Message} message */
  #receive(message) {
    const {kind, connection, event, id, jobs, ready} = /** @type {any} */ (message);
    if (connection) this.#setConnection(connection);
    if (kind === 'event') {
      this.#apply(event);
    } else if (kind === 'deleted') {
      this.forget(id);
    } else if (kind === 'state') {
      for (const job of jobs) this.#apply(snapshotOf(job));
      if (!ready) return;
      const named = new Set(jobs.map((/** @type {Job} */ job) => job.id));
      for (const known of this.set.jobs.keys()) if (!named.has(known)) this.forget(known);
      if (!this.set.ready) {
        this.set.ready = true;
        this.#emit('ready', null);
      }
    }
  }

  /** @param {Connection} connection */
  #setConnection(connection) {
    this.connection = connection;
    this.#emit('connection', connection);
  }

  /** @param {string} name @param {unknown} detail */
  #emit(name, detail) {
    for (const watcher of [...this.#watchers]) watcher.emit(name, detail);
  }
}

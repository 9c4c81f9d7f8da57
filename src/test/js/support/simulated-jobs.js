import {SimulatedNetwork} from './simulated-network.js';

const HEARTBEAT_MS = 15_000;
const TERMINAL = new Set(['succeeded', 'failed', 'cancelled']);

/** What the server calls a user by. */
const tagOf = (user) => `tag-of-${user}`;

/** A browser of several tabs, a path, and a server with many jobs, all in virtual time. */
export class SimulatedJobs extends SimulatedNetwork {
  /** @type {Map<string, any>} */
  jobs = new Map();
  streams = 0;
  /** Jobs of one list: bytes bound it, not the client's limit alone. */
  pageSize = 100;
  /** All that tabs said to each other. */
  heard = [];
  /** Who is signed in in this browser; null is nobody. */
  user = 'alice';
  #number = 0;
  #readers = new Set();
  #locks = new Locks();
  #channels = new Map();

  // The server.

  add() {
    const id = `j${++this.#number}`;
    const created = new Date(this.time.nowMs).toISOString();
    const job = {
      id,
      type: 'test',
      state: 'queued',
      created,
      artifacts: [],
      seq: 0,
      cancelRequested: false,
      attempt: 0,
      owner: this.user,
      links: {},
    };
    this.jobs.set(id, job);
    this.step(id, 'queued');
    return id;
  }

  step(id, type) {
    const job = this.jobs.get(id);
    const event = {
      seq: job.seq + 1,
      job: id,
      type,
      at: new Date(this.time.nowMs).toISOString(),
      ...(type === 'progress' && {percent: job.seq}),
    };
    const changed = {...job, seq: event.seq};
    if (type === 'started') Object.assign(changed, {state: 'running', started: job.started ?? event.at});
    if (TERMINAL.has(type)) changed.state = type;
    this.jobs.set(id, changed);
    const tell = () => {
      for (const reader of [...this.#readers]) reader(`data: ${JSON.stringify(event)}\n\n`, changed.owner);
    };
    // A reader of states that is slow gets the newest: some progress is told late, or never.
    if (type === 'progress' && this.random() < 0.3)
      this.time.later(() => this.jobs.get(id)?.seq === event.seq && tell(), 1_000);
    else tell();
  }

  remove(id) {
    const {owner} = this.jobs.get(id);
    this.jobs.delete(id);
    for (const reader of [...this.#readers]) reader(`event: deleted\ndata: {"job":"${id}"}\n\n`, owner);
  }

  stream(url, connection) {
    const user = url.searchParams.get('as') ?? this.user;
    if (user === null)
      return connection.answer(401, 'application/problem+json', '{"title":"Sign in","status":401}');
    connection.begin('text/event-stream');
    this.streams++;
    const hello = {user: tagOf(user), heartbeat: HEARTBEAT_MS, maxAge: 600_000, at: ''};
    connection.write(`retry: 2000\nevent: hello\ndata: ${JSON.stringify(hello)}\n\n`);
    const bye = (reason) => {
      connection.write(`retry: 2000\nevent: bye\ndata: {"reason":"${reason}"}\n\n`);
      connection.end();
    };
    for (const job of this.#newest(user)) {
      const snapshot = {seq: job.seq, job: job.id, type: 'snapshot', at: '', state: job};
      connection.write(`data: ${JSON.stringify(snapshot)}\n\n`);
    }
    const reader = (text, owner) => owner === user && connection.write(text);
    this.#readers.add(reader);
    const age = this.time.later(() => bye('rotate'), 600_000 * (0.8 + 0.4 * this.random()));
    let beat;
    const heart = () => {
      beat = this.time.later(() => {
        connection.write('event: heartbeat\ndata: {"at":""}\n\n');
        heart();
      }, HEARTBEAT_MS);
    };
    heart();
    connection.onClose(() => {
      this.streams--;
      this.#readers.delete(reader);
      this.time.forget(age);
      this.time.forget(beat);
    });
  }

  /** All unfinished jobs and the newest 100 finished ones. */
  #newest(user) {
    const all = this.of(user).reverse();
    const finished = all.filter((job) => TERMINAL.has(job.state)).slice(0, 100);
    return all.filter((job) => !TERMINAL.has(job.state) || finished.includes(job));
  }

  /** The jobs of one user. */
  of(user) {
    return [...this.jobs.values()].filter(({owner}) => owner === user);
  }

  poll(url, connection) {
    const user = url.searchParams.get('as') ?? this.user;
    const id = url.pathname.split('/')[4];
    if (user === null)
      return connection.answer(401, 'application/problem+json', '{"title":"Sign in","status":401}');
    if (!id) {
      const jobs = this.of(user).reverse();
      const page = JSON.stringify({jobs: jobs.slice(0, this.pageSize), user: tagOf(user)});
      const link = jobs.length > this.pageSize ? {Link: '<…>; rel="next"'} : {};
      return connection.answer(200, 'application/json', page, link);
    }
    const job = this.of(user).find((each) => each.id === id);
    // Things go on while the answer is on its way.
    this.time.later(() => {
      if (job) connection.answer(200, 'application/json', JSON.stringify(job));
      else connection.answer(404, 'application/problem+json', '{"title":"Not found","status":404}');
    }, connection.path.latencyMs ?? 20);
  }

  // The browser.

  /** A tab's environment. `tab.close()` is its end; while `tab.frozen`, what it says to the others waits. */
  tab({shares = true, as = undefined} = {}) {
    const listeners = new Set();
    const channels = [];
    const tab = {
      frozen: false,
      waiting: [],
      thaw: () => {
        tab.frozen = false;
        tab.waiting.splice(0).forEach((say) => say());
      },
      hint: (name) => [...listeners].forEach((listener) => listener(name)),
      close: () => {
        tab.hint('hidden');
        channels.forEach((channel) => channel.close());
      },
    };
    tab.environment = {
      ...this.environment,
      ...(as && {fetch: (url, init) => this.environment.fetch(`${url}&as=${as}`, init)}),
      locks: shares ? this.#locks : undefined,
      channel: shares
        ? (name) => {
            const channel = this.#channel(name, tab);
            channels.push(channel);
            return channel;
          }
        : undefined,
      hints: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
    return tab;
  }

  #channel(name, tab) {
    const all = this.#channels.get(name) ?? new Set();
    this.#channels.set(name, all);
    const channel = {
      onmessage: null,
      postMessage: (data) => {
        if (!all.has(channel)) return;
        const copy = structuredClone(data);
        this.heard.push(JSON.stringify(copy));
        if (tab.frozen) return void tab.waiting.push(() => channel.postMessage(copy));
        for (const other of all)
          if (other !== channel) this.time.later(() => all.has(other) && other.onmessage?.({data: copy}), 1);
      },
      close: () => all.delete(channel),
    };
    all.add(channel);
    return channel;
  }
}

/** Web Locks, as far as they are used. */
class Locks {
  #held = new Set();
  #waiting = [];

  request(name, {signal}, run) {
    return new Promise((resolve, reject) => {
      const request = {name, run, resolve, reject};
      this.#waiting.push(request);
      signal.addEventListener('abort', () => {
        const at = this.#waiting.indexOf(request);
        if (at >= 0) this.#waiting.splice(at, 1);
        if (at >= 0) reject(signal.reason);
      });
      queueMicrotask(() => this.#grant());
    });
  }

  #grant() {
    const at = this.#waiting.findIndex(({name}) => !this.#held.has(name));
    if (at < 0) return;
    const [{name, run, resolve, reject}] = this.#waiting.splice(at, 1);
    this.#held.add(name);
    Promise.resolve(run({name}))
      .then(resolve, reject)
      .finally(() => {
        this.#held.delete(name);
        this.#grant();
      });
  }
}

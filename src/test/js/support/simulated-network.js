import {steady} from '../../../../webapp/tidings/environment.js';
import {VirtualTime} from './virtual-time.js';
import {randomFrom} from './random.js';

/**
 * What stands between the client and the server. All of it may be combined.
 * @typedef {object} Path
 * @property {number} [latencyMs]
 * @property {'none' | 'whole' | 'last'} [holds] a gateway that holds a body until its end, or its last piece until the next one
 * @property {number} [cutMs] every answer that lasts longer is cut
 * @property {number} [cutBytes] every answer that is longer is cut
 * @property {'end' | 'error'} [how] how a stream is cut: cleanly or not
 * @property {'stream' | 'all'} [blocks] what is answered by a gateway's own page
 * @property {number} [blockStatus] the page's status; 200 for a login page, 0 for a redirect to another origin, which `fetch` refuses
 * @property {boolean} [stale] a cache that now and then answers a poll as it did before, whatever its URL
 * @property {'error' | 'hang'} [down] no answer at all
 * @property {boolean} [busy] Tidings is there, but not its store
 * @property {number} [limited] Tidings has too many readers that wait
 */

const encoder = new TextEncoder();
const TERMINAL = new Set(['succeeded', 'failed', 'cancelled']);
const HEARTBEAT_MS = 15_000;

/** A browser, a path and a server with one job, all in virtual time. */
export class SimulatedNetwork {
  time = new VirtualTime();
  /** @type {Path} */
  path = {};
  online = true;
  /** By how much the machine's clock is wrong. */
  #skewMs = 0;
  setForwardAtMs = [];
  requests = [];
  /** The job's log as far as it has grown. */
  log = [];
  random;
  #connections = new Set();
  #listeners = new Set();
  #hints = new Set();
  #memory = new Map();
  #answers = [];

  constructor(seed) {
    this.random = randomFrom(seed);
  }

  /** What the client gets for its surroundings. */
  get environment() {
    return {
      locks: undefined,
      channel: undefined,
      fetch: (url, init) => this.#fetch(new URL(url), init),
      nowMs: steady(
        () => this.time.nowMs + this.#skewMs,
        () => this.time.nowMs,
      ),
      later: (run, delayMs) => this.time.later(run, delayMs),
      forget: (timer) => this.time.forget(timer),
      random: this.random,
      online: () => this.online,
      memory: {
        get: (key) => this.#memory.get(key) ?? null,
        set: (key, value) => this.#memory.set(key, value),
      },
      hints: (listener) => {
        this.#hints.add(listener);
        return () => this.#hints.delete(listener);
      },
    };
  }

  setClock(skewMs) {
    if (skewMs > this.#skewMs) this.setForwardAtMs.push(this.time.nowMs);
    this.#skewMs = skewMs;
  }

  hint(name) {
    for (const listener of [...this.#hints]) listener(name);
  }

  /** The path changes; what runs over the old one goes on, breaks, or is heard of no more. */
  change(path) {
    this.path = path;
    for (const connection of [...this.#connections]) {
      const lot = this.random();
      if (lot < 0.33) connection.fail();
      else if (lot < 0.66) connection.vanish();
    }
  }

  breakAll(how = 'fail') {
    for (const connection of [...this.#connections]) connection[how]();
  }

  // The server.

  append(type, fields = {}) {
    const event = {
      seq: this.log.length + 1,
      job: 'j1',
      type,
      at: new Date(this.time.nowMs).toISOString(),
      ...fields,
    };
    this.log.push(event);
    for (const listener of [...this.#listeners]) listener();
    return event;
  }

  get finished() {
    return TERMINAL.has(this.log.at(-1)?.type);
  }

  /** After the cursor; of a run of progress only its last, as the server's compaction leaves it. */
  #after(cursor, limit = Infinity) {
    const events = this.log.slice(cursor);
    return events
      .filter((event, at) => event.type !== 'progress' || events[at + 1]?.type !== 'progress')
      .slice(0, limit);
  }

  #snapshot(reset) {
    const seq = this.log.length;
    const state = {
      id: 'j1',
      type: 'test',
      state: this.finished ? this.log.at(-1).type : 'running',
      artifacts: [],
      seq,
      cancelRequested: false,
      attempt: 1,
      created: '',
      owner: '',
      links: {},
    };
    return {
      seq,
      job: 'j1',
      type: 'snapshot',
      at: new Date(this.time.nowMs).toISOString(),
      state,
      ...(reset && {reset}),
    };
  }

  async #fetch(url, {headers, signal}) {
    const stream = headers.Accept === 'text/event-stream';
    this.requests.push({
      atMs: this.time.nowMs,
      kind: stream ? 'stream' : url.searchParams.get('wait') === '0' ? 'poll' : 'long-poll',
      url,
    });
    const path = this.path;
    const connection = new Connection(this.time, path, stream, signal, () =>
      this.#connections.delete(connection),
    );
    this.#connections.add(connection);
    signal.addEventListener('abort', () => connection.abort());
    if (path.down === 'hang') return connection.response;
    this.time.later(() => {
      if (connection.closed) return;
      if (path.down === 'error') connection.fail();
      else if (path.blocks && path.blockStatus === 0 && (path.blocks === 'all' || stream)) connection.fail();
      else if (path.blocks === 'all' || (path.blocks === 'stream' && stream))
        connection.answer(path.blockStatus ?? 403, 'text/html', '<html>Access denied</html>');
      else if (stream) this.stream(url, connection);
      else this.poll(url, connection);
    }, path.latencyMs ?? 20);
    return connection.response;
  }

  stream(url, connection) {
    const after = url.searchParams.get('after');
    let cursor = after === null ? undefined : Number(after);
    if (cursor !== undefined && this.finished && cursor === this.log.length)
      return connection.answer(204, '', '');
    connection.begin('text/event-stream');
    const {busy, limited} = connection.path;
    let sentAtMs = this.time.nowMs;
    const write = (text) => {
      sentAtMs = this.time.nowMs;
      connection.write(text);
    };
    write(
      `retry: 2000\nevent: hello\ndata: ${JSON.stringify({job: 'j1', seq: this.log.length, heartbeat: HEARTBEAT_MS, maxAge: 600_000, at: ''})}\n\n`,
    );
    const bye = (reason, retryMs) => {
      write(`retry: ${retryMs}\nevent: bye\ndata: {"reason":"${reason}"}\n\n`);
      connection.end();
    };
    if (busy) return bye('unavailable', 5_000);
    if (limited) return bye('limit', 5_000);
    const send = (event) => write(`data: ${JSON.stringify(event)}\nid: ${event.seq}\n\n`);
    if (cursor === undefined || cursor > this.log.length) {
      const snapshot = this.#snapshot(cursor !== undefined);
      send(snapshot);
      cursor = snapshot.seq;
    }
    const pump = () => {
      for (const event of this.#after(cursor)) {
        send(event);
        cursor = event.seq;
      }
      if (this.finished) connection.end();
    };
    const age = this.time.later(() => bye('rotate', 2_000), 600_000 * (0.8 + 0.4 * this.random()));
    let beat;
    let echo;
    const heart = () => {
      beat = this.time.later(
        () => {
          if (this.time.nowMs - sentAtMs >= HEARTBEAT_MS) {
            write('event: heartbeat\ndata: {"at":""}\n\n');
            const beatAtMs = sentAtMs;
            echo = this.time.later(() => sentAtMs === beatAtMs && connection.write(':\n'), HEARTBEAT_MS / 8);
          }
          heart();
        },
        Math.max(1, HEARTBEAT_MS - (this.time.nowMs - sentAtMs)),
      );
    };
    this.#listeners.add(pump);
    connection.onClose(() => {
      this.#listeners.delete(pump);
      this.time.forget(age);
      this.time.forget(beat);
      this.time.forget(echo);
    });
    heart();
    pump();
  }

  poll(url, connection) {
    if (connection.path.busy)
      return connection.answer(503, 'application/problem+json', '{"title":"busy","status":503}', {
        'Retry-After': '3',
      });
    const after = url.searchParams.get('after');
    const cursor = after === null ? undefined : Number(after);
    const waitS = Number(url.searchParams.get('wait'));
    const answer = () => {
      const events =
        cursor === undefined || cursor > this.log.length
          ? [this.#snapshot(cursor !== undefined)]
          : this.#after(cursor, 100);
      const next = events.at(-1)?.seq ?? cursor;
      const body = JSON.stringify({
        events,
        next: String(next),
        done: this.finished && next >= this.log.length,
      });
      const stale = connection.path.stale && this.#answers.length > 0 && this.random() < 0.5;
      connection.answer(
        200,
        'application/json',
        stale ? this.#answers[Math.floor(this.random() * this.#answers.length)] : body,
      );
      if (!stale && !this.finished) this.#answers.push(body);
    };
    if (cursor === undefined || cursor !== this.log.length || this.finished || waitS === 0) return answer();
    if (connection.path.limited)
      return connection.answer(429, 'application/problem+json', '{"title":"limit","status":429}', {
        'Retry-After': '2',
      });
    const over = () => {
      this.#listeners.delete(over);
      this.time.forget(timer);
      answer();
    };
    const timer = this.time.later(over, waitS * 1_000 * (0.9 + 0.1 * this.random()));
    this.#listeners.add(over);
    connection.onClose(() => {
      this.#listeners.delete(over);
      this.time.forget(timer);
    });
  }
}

/** One request and its answer, through the path. */
class Connection {
  #time;
  #stream;
  #over;
  #closers = [];
  #resolve;
  #reject;
  #chunks = [];
  #held = [];
  #reader = null;
  #state = 'open';
  #bytes = 0;
  #begun = null;
  #cut;

  constructor(time, path, stream, signal, over) {
    this.#time = time;
    this.path = path;
    this.#stream = stream;
    this.#over = over;
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (path.cutMs) {
      this.#cut = time.later(() => {
        if (stream && path.how === 'end' && this.#begun) this.end(true);
        else if (!stream && path.how === 'end')
          this.answer(504, 'text/html', '<html>Gateway time-out</html>', {}, true);
        else this.fail();
      }, path.cutMs);
    }
  }

  get closed() {
    return this.#state !== 'open';
  }

  onClose(closer) {
    this.#closers.push(closer);
  }

  begin(type, status = 200, headers = {}) {
    this.#begun = () => {
      this.#begun = () => {};
      const all = {
        'content-type': type,
        ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
      };
      this.#resolve({
        status,
        headers: {get: (name) => all[name.toLowerCase()] || null},
        body: {getReader: () => ({read: () => this.#read()})},
        text: () => this.#text(),
      });
    };
    // A gateway that holds the body may hold the headers with it.
    if (this.path.holds !== 'whole') this.#begun();
  }

  write(text, final = false) {
    if (this.#state !== 'open') return;
    let bytes = encoder.encode(text);
    const {cutBytes, holds} = this.path;
    const cut = cutBytes && this.#bytes + bytes.length > cutBytes;
    if (cut) bytes = bytes.slice(0, Math.max(0, cutBytes - this.#bytes));
    this.#bytes += bytes.length;
    if (this.#stream && !final && holds === 'whole') this.#held.push(bytes);
    else if (this.#stream && !final && holds === 'last') {
      this.#release();
      this.#held.push(bytes);
    } else {
      this.#deliver(bytes);
    }
    if (cut) this.path.how === 'end' ? this.end(true) : this.fail();
  }

  answer(status, type, text, headers = {}, byGateway = false) {
    if (this.#state !== 'open') return;
    this.begin(type, status, headers);
    if (text && !byGateway) this.write(text, true);
    this.end(byGateway);
  }

  end(cut = false) {
    if (this.#state !== 'open') return;
    // A gateway that is cut itself loses what it held.
    if (!cut) this.#release();
    this.#begun?.();
    this.#close('ended');
  }

  fail() {
    if (this.#state === 'open') this.#close('failed');
  }

  /** Nothing will come any more, and nobody says so. */
  vanish() {
    if (this.#state === 'open') this.#close('vanished');
  }

  abort() {
    this.#close('failed');
  }

  #release() {
    for (const bytes of this.#held.splice(0)) this.#deliver(bytes);
  }

  #deliver(bytes) {
    this.#begun?.();
    // Cut anywhere, also within a character.
    const half = bytes.length >> 1;
    this.#chunks.push(bytes.slice(0, half), bytes.slice(half));
    this.#give();
  }

  #close(state) {
    this.#state = state;
    this.#time.forget(this.#cut);
    for (const closer of this.#closers.splice(0)) closer();
    this.#over();
    this.#give();
    if (state === 'failed') this.#reject(new TypeError('network error'));
  }

  #read() {
    return new Promise((resolve, reject) => {
      this.#reader = {resolve, reject};
      this.#give();
    });
  }

  #give() {
    if (!this.#reader) return;
    const {resolve, reject} = this.#reader;
    if (this.#state === 'failed') reject(new TypeError('network error'));
    else if (this.#chunks.length > 0) resolve({done: false, value: this.#chunks.shift()});
    else if (this.#state === 'ended') resolve({done: true});
    else return;
    this.#reader = null;
  }

  async #text() {
    const decoder = new TextDecoder();
    let text = '';
    for (;;) {
      const {done, value} = await this.#read();
      if (done) return text;
      text += decoder.decode(value, {stream: true});
    }
  }
}

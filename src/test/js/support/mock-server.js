// A small Tidings in memory, for the client's tests and for working on the page without the real one:
//   node src/test/js/support/mock-server.js [port]
import {createServer} from 'node:http';
import {readFile} from 'node:fs/promises';
import {extname, join, normalize} from 'node:path';
import {fileURLToPath} from 'node:url';
import {randomUUID} from 'node:crypto';

const WEBAPP = fileURLToPath(new URL('../../../../webapp/', import.meta.url));
const MEDIA = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.ts': 'text/plain',
  '.json': 'application/json',
};
const CSP =
  "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'self'; form-action 'self'";
const TERMINAL = new Set(['succeeded', 'failed', 'cancelled']);

const TYPES = [
  {
    name: 'digest',
    title: 'Checksums of files',
    description: 'Computes checksums of each file, in the form that sha256sum and its kin write and check.',
    schema: {
      type: 'object',
      required: ['algorithms'],
      additionalProperties: false,
      properties: {
        algorithms: {
          type: 'array',
          title: 'Algorithms',
          items: {enum: ['SHA-256', 'SHA-512', 'SHA-1', 'MD5']},
          minItems: 1,
          default: ['SHA-256'],
        },
      },
    },
    inputs: {min: 1, max: 100},
  },
  {
    name: 'countdown',
    title: 'Countdown',
    description: 'Counts down step by step: for trying things out.',
    schema: {
      type: 'object',
      required: ['steps'],
      properties: {
        steps: {type: 'integer', minimum: 1, maximum: 1_000_000, default: 20},
        interval: {type: 'string', description: 'Between two steps, such as 200ms or 1s', default: '500ms'},
        failAt: {type: 'integer', title: 'Fail at step', minimum: 1},
        logEvery: {type: 'integer', minimum: 1},
        artifactBytes: {type: 'integer', minimum: 0},
        ignoreInterrupt: {type: 'boolean', title: 'Ignore interruptions'},
      },
    },
    inputs: {min: 0, max: 0},
  },
];

export class MockServer {
  constructor({base = '/tidings/', heartbeatMs = 15_000, maxAgeMs = 600_000} = {}) {
    this.base = base;
    this.heartbeatMs = heartbeatMs;
    this.maxAgeMs = maxAgeMs;
    this.jobs = new Map();
    this.types = [...TYPES];
    /** Results as they are written, by job: JavaScript would round some of their numbers. */
    this.exact = new Map();
    /** Scripts of other applications on this host: path → JavaScript. */
    this.scripts = {};
    /** The tag of the user who is signed in; null is nobody. */
    this.user = 'tag-1';
    this.keys = new Map();
    this.listeners = new Set();
    this.requests = [];
    /** Paths of the streams that are open now. */
    this.streams = [];
    /** Pages of other applications on this host: path → HTML. */
    this.pages = {};
    /** Origins that may ask from elsewhere. */
    this.origins = new Set();
    /** What stands between: `hold` keeps streams back until their end, `block` answers them by a page. */
    this.gateway = 'none';
    this.server = createServer((request, response) =>
      this.handle(request, response).catch((error) => (console.error(error), response.destroy())),
    );
  }

  listen(port = 0) {
    return new Promise((resolve) =>
      this.server.listen(port, '127.0.0.1', () =>
        resolve(`http://127.0.0.1:${this.server.address().port}${this.base}`),
      ),
    );
  }

  close() {
    for (const job of this.jobs.values()) clearTimeout(job.timer);
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  // The log.

  create({type, title = null, params = {}, size = 0, names = []}) {
    const id = randomUUID();
    const path = `${this.base}api/jobs/${id}`;
    const job = {
      state: {
        id,
        type,
        title,
        owner: 'anonymous',
        state: 'queued',
        cancelRequested: false,
        attempt: 0,
        created: now(),
        started: null,
        finished: null,
        progress: null,
        result: null,
        error: null,
        artifacts: [],
        seq: 0,
        links: {self: path, events: `${path}/events`, cancel: `${path}/cancel`},
      },
      log: [],
      content: new Map(),
      /** After how many bytes a file's answer is cut off. */
      cuts: new Map(),
      params,
      size,
      names,
    };
    this.jobs.set(id, job);
    this.append(job, {type: 'queued'});
    return job;
  }

  append(job, event) {
    const {state} = job;
    const stored = {seq: ++state.seq, job: state.id, at: now(), ...event};
    if (event.type === 'started')
      Object.assign(state, {
        state: 'running',
        attempt: event.attempt,
        started: state.started ?? stored.at,
        progress: null,
      });
    if (event.type === 'progress') state.progress = {...event, type: undefined};
    if (event.type === 'artifact') state.artifacts = [...state.artifacts, {...event, type: undefined}];
    if (event.type === 'cancelling') state.cancelRequested = true;
    if (TERMINAL.has(event.type))
      Object.assign(state, {
        state: event.type,
        finished: stored.at,
        result: event.result ?? null,
        error: event.error ?? null,
      });
    job.log.push(stored);
    for (const listener of [...this.listeners]) listener(job, stored);
    return stored;
  }

  artifact(job, name, bytes, {cutAt = undefined} = {}) {
    job.content.set(name, Buffer.alloc(bytes, 'x'));
    if (cutAt) job.cuts.set(name, cutAt);
    const href = `${job.state.links.self}/artifacts/${encodeURIComponent(name)}?v=1`;
    this.append(job, {type: 'artifact', name, mediaType: 'text/plain', size: bytes, etag: `"${name}"`, href});
  }

  run(job) {
    const {params, state} = job;
    const steps = state.type === 'countdown' ? (params.steps ?? 10) : 40;
    const everyMs = state.type === 'countdown' ? milliseconds(params.interval ?? '500ms') : 150;
    const startedMs = Date.now();
    let step = 0;
    this.append(job, {type: 'started', attempt: 1, node: 'mock-1'});
    const next = () => {
      if (state.cancelRequested && !params.ignoreInterrupt)
        return this.append(job, {type: 'cancelled', by: 'anonymous'});
      if (step === params.failAt)
        return this.append(job, {
          type: 'failed',
          error: {
            type: 'about:blank',
            title: 'The job failed',
            status: 500,
            detail: `Told to fail at step ${step}.`,
          },
        });
      if (step >= steps) return this.finish(job);
      step++;
      const percent = (100 * step) / steps;
      const eta = new Date(
        Date.now() + ((Date.now() - startedMs) * (steps - step)) / step + everyMs,
      ).toISOString();
      const bytes =
        state.type === 'digest'
          ? {
              done: Math.round((job.size * step) / steps),
              total: job.size,
              unit: 'bytes',
              stage: 'hashing',
              message: job.names[0],
            }
          : {done: step, total: steps, unit: 'steps', stage: 'counting', message: `step ${step}`};
      this.append(job, {type: 'progress', ...bytes, percent, eta});
      if (step % (params.logEvery ?? 5) === 0)
        this.append(job, {
          type: 'log',
          level: step % 15 === 0 ? 'warn' : 'info',
          message: `step ${step} of ${steps} is done`,
        });
      job.timer = setTimeout(next, everyMs);
    };
    job.timer = setTimeout(next, everyMs);
  }

  finish(job) {
    const {state} = job;
    const name = state.type === 'digest' ? 'SHA256SUMS' : 'countdown.bin';
    const bytes = Buffer.from(
      state.type === 'digest'
        ? job.names.map((file) => `${'ab12'.repeat(16)}  ${file}\n`).join('')
        : 'x'.repeat(job.params.artifactBytes ?? 1_234),
    );
    job.content.set(name, bytes);
    this.append(job, {
      type: 'artifact',
      name,
      mediaType: 'text/plain',
      size: bytes.length,
      etag: '"sha256-1"',
      href: `${state.links.self}/artifacts/${name}?v=1`,
    });
    this.append(job, {
      type: 'succeeded',
      result:
        state.type === 'digest'
          ? Object.fromEntries(job.names.map((file) => [file, {'SHA-256': 'ab12'.repeat(16)}]))
          : {steps: job.params.steps},
    });
  }

  // HTTP.

  async handle(request, response) {
    const url = new URL(request.url, 'http://localhost');
    const {method} = request;
    const {origin} = request.headers;
    if (this.origins.has(origin)) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader('Access-Control-Allow-Credentials', 'true');
      response.setHeader('Vary', 'Origin');
      if (method === 'OPTIONS') {
        response.writeHead(204, {
          'Access-Control-Allow-Methods': 'GET, POST, DELETE',
          'Access-Control-Allow-Headers': 'Content-Type, Idempotency-Key',
          'Access-Control-Max-Age': '600',
        });
        return response.end();
      }
    }
    if (this.pages[url.pathname]) {
      response.writeHead(200, {'Content-Type': 'text/html; charset=utf-8', 'Set-Cookie': 'session=1'});
      return response.end(this.pages[url.pathname]);
    }
    if (this.scripts[url.pathname]) {
      response.writeHead(200, {'Content-Type': 'text/javascript'});
      return response.end(this.scripts[url.pathname]);
    }
    const {cookie} = request.headers;
    this.requests.push({
      cookie,
      method,
      path: url.pathname,
      accept: request.headers.accept,
      at: Date.now(),
    });
    if (!url.pathname.startsWith(this.base)) return problem(response, 404, 'Not found');
    const path = url.pathname.slice(this.base.length);
    if (!path.startsWith('api/')) return this.file(path, response);
    const [, room, id, what, ...rest] = path.split('/');
    if (this.gateway === 'block' && request.headers.accept === 'text/event-stream') {
      response.writeHead(200, {'Content-Type': 'text/html'});
      return response.end('<html><title>Blocked by policy</title></html>');
    }
    if (this.user === null) return problem(response, 401, 'Sign in.');
    if (room === 'me') return json(response, 200, {user: 'anonymous', roles: [], signOut: false});
    if (room === 'types') return json(response, 200, {types: this.types});
    if (room === 'path-check') return this.pathCheck(request, url, response);
    if (room === 'events') return this.streamMine(request, response);
    if (room !== 'jobs') return problem(response, 404, 'Not found');
    if (!id && method === 'POST') return this.submit(request, response);
    if (!id)
      return json(response, 200, {
        jobs: [...this.jobs.values()]
          .reverse()
          .slice(0, Number(url.searchParams.get('limit') ?? 50))
          .map((job) => job.state),
        user: this.user,
      });
    const job = this.jobs.get(id);
    if (!job) return problem(response, 404, 'There is no such job.');
    if (what === 'events')
      return request.headers.accept === 'text/event-stream'
        ? this.stream(job, request, url, response)
        : this.poll(job, url, response);
    if (what === 'cancel') {
      if (job.state.state === 'running' && !job.state.cancelRequested)
        this.append(job, {type: 'cancelling', by: 'anonymous'});
      return TERMINAL.has(job.state.state)
        ? problem(response, 409, 'The job is finished.')
        : json(response, 202, job.state);
    }
    if (what === 'retry') {
      const again = this.create({
        type: job.state.type,
        title: job.state.title,
        params: {...job.params, failAt: undefined},
        size: job.size,
        names: job.names,
      });
      this.run(again);
      return json(response, 202, again.state);
    }
    if (what === 'artifacts') {
      const bytes = job.content.get(decodeURIComponent(rest[0]));
      if (!bytes) return problem(response, 404, 'There is no such artifact.');
      response.writeHead(200, {
        'Content-Type': 'text/plain',
        'Content-Length': bytes.length,
        'Cache-Control': 'private, max-age=31536000, immutable',
        'Content-Disposition': 'attachment',
      });
      if (!job.cuts.has(rest[0])) return response.end(bytes);
      response.write(bytes.subarray(0, job.cuts.get(rest[0])));
      return setTimeout(() => response.destroy(), 50);
    }
    if (method === 'DELETE') {
      if (!TERMINAL.has(job.state.state)) return problem(response, 409, 'The job is not finished.');
      this.jobs.delete(id);
      for (const listener of [...this.listeners]) listener(job, null);
      response.writeHead(204);
      return response.end();
    }
    const exact = this.exact.get(job);
    const state = JSON.stringify({...job.state, result: exact ? 'EXACT' : job.state.result});
    return text(response, 200, exact ? state.replace('"EXACT"', exact) : state);
  }

  async file(path, response) {
    const name = normalize(join(WEBAPP, path === '' ? 'index.html' : path));
    try {
      if (!name.startsWith(WEBAPP)) throw new Error('outside');
      const bytes = await readFile(name);
      response.writeHead(200, {
        'Content-Type': MEDIA[extname(name)] ?? 'application/octet-stream',
        'Content-Security-Policy': CSP,
        'Cache-Control': 'no-cache',
      });
      response.end(bytes);
    } catch {
      problem(response, 404, 'Not found');
    }
  }

  async submit(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const key = request.headers['idempotency-key'];
    if (key && this.keys.has(key)) return json(response, 202, this.keys.get(key).state);
    const type = request.headers['content-type'] ?? '';
    const boundary = /boundary=(.+)$/.exec(type)?.[1];
    let submission;
    let names = [];
    let size = 0;
    if (boundary) {
      for (const part of body.toString('latin1').split(`--${boundary}`).slice(1, -1)) {
        const [head, content] = [
          part.slice(0, part.indexOf('\r\n\r\n')),
          part.slice(part.indexOf('\r\n\r\n') + 4, -2),
        ];
        if (/name="job"/.test(head)) submission = JSON.parse(Buffer.from(content, 'latin1'));
        else {
          names.push(Buffer.from(/filename="(.*?)"/.exec(head)[1], 'latin1').toString());
          size += content.length;
        }
      }
    } else {
      submission = JSON.parse(body);
    }
    if (!this.types.some(({name}) => name === submission.type))
      return problem(response, 422, `There is no job type ${submission.type}.`);
    const job = this.create({...submission, names, size});
    if (key) this.keys.set(key, job);
    this.run(job);
    return json(response, 202, job.state);
  }

  stream(job, request, url, response) {
    let cursor = cursorOf(request, url);
    const out = this.openStream(response, request, {job: job.state.id, seq: job.state.seq});
    const write = (event) => {
      out.write(`data: ${JSON.stringify(event)}\nid: ${event.seq}\n\n`);
      cursor = event.seq;
      if (TERMINAL.has(event.type) || (event.type === 'snapshot' && TERMINAL.has(event.state.state)))
        out.end();
    };
    if (cursor === undefined || cursor > job.state.seq) write(snapshot(job, cursor !== undefined));
    for (const event of job.log) if (event.seq > cursor) write(event);
    out.on((of, event) => {
      if (of === job && event && event.seq > cursor) write(event);
      if (of === job && !event) out.bye('deleted');
    });
  }

  streamMine(request, response) {
    const out = this.openStream(response, request, {user: this.user});
    for (const job of this.jobs.values()) out.write(`data: ${JSON.stringify(snapshot(job, false))}\n\n`);
    out.on((job, event) =>
      out.write(
        event
          ? `data: ${JSON.stringify(event)}\n\n`
          : `event: deleted\ndata: ${JSON.stringify({job: job.state.id})}\n\n`,
      ),
    );
  }

  openStream(response, request, hello) {
    const {path} = this.requests.at(-1);
    this.streams.push(path);
    const held = [];
    const real = response.write.bind(response);
    if (this.gateway === 'hold') response.write = (text) => held.push(text);
    if (this.gateway === 'hold')
      response.end = ((end) => () => (held.forEach(real), end.call(response)))(response.end);
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
    });
    response.write(
      `retry: 1000\nevent: hello\ndata: ${JSON.stringify({...hello, heartbeat: this.heartbeatMs, maxAge: this.maxAgeMs, at: now()})}\n\n`,
    );
    let listener = () => {};
    const beat = setInterval(
      () => response.write(`event: heartbeat\ndata: ${JSON.stringify({at: now()})}\n\n`),
      this.heartbeatMs,
    );
    const out = {
      write: (text) => response.write(text),
      on: (next) => this.listeners.add((listener = next)),
      end: () => (close(), response.end()),
      bye: (reason) => (
        response.write(`retry: 1000\nevent: bye\ndata: ${JSON.stringify({reason})}\n\n`),
        out.end()
      ),
    };
    const age = setTimeout(() => out.bye('rotate'), this.maxAgeMs);
    let closed = false;
    const close = () => {
      if (!closed) this.streams.splice(this.streams.indexOf(path), 1);
      closed = true;
      clearInterval(beat);
      clearTimeout(age);
      this.listeners.delete(listener);
    };
    request.on('close', close);
    response.on('close', close);
    return out;
  }

  poll(job, url, response) {
    const cursor = url.searchParams.has('after') ? Number(url.searchParams.get('after')) : undefined;
    const answer = () => {
      const events =
        cursor === undefined
          ? [snapshot(job, false)]
          : job.log.filter((event) => event.seq > cursor).slice(0, 100);
      const next = events.at(-1)?.seq ?? cursor;
      json(response, 200, {
        events,
        next: String(next),
        done: TERMINAL.has(job.state.state) && next >= job.state.seq,
      });
    };
    if (cursor === undefined || cursor < job.state.seq || TERMINAL.has(job.state.state)) return answer();
    const waitMs = 1_000 * Number(url.searchParams.get('wait') ?? 25);
    const over = () => (clearTimeout(timer), this.listeners.delete(listener), answer());
    const listener = (of) => of === job && over();
    const timer = setTimeout(over, waitMs);
    this.listeners.add(listener);
  }

  pathCheck(request, url, response) {
    if (request.headers.accept !== 'text/event-stream') {
      const waitS = Number(url.searchParams.get('wait') ?? 25);
      setTimeout(() => json(response, 200, {waited: waitS, at: now()}), waitS * 1_000);
      return;
    }
    const out = this.openStream(response, request, {user: this.user});
    let n = 0;
    const timer = setInterval(() => {
      out.write(`data: ${JSON.stringify({n: ++n, at: now()})}\n\n`);
      if (n === 10) (clearInterval(timer), out.end());
    }, 200);
  }
}

function cursorOf(request, url) {
  const text = request.headers['last-event-id'] ?? url.searchParams.get('after');
  return text ? Number(text) : undefined;
}

const now = () => new Date().toISOString();
const snapshot = (job, reset) => ({
  seq: job.state.seq,
  job: job.state.id,
  type: 'snapshot',
  at: now(),
  state: job.state,
  ...(reset && {reset}),
});
const milliseconds = (text) => (text.endsWith('ms') ? parseFloat(text) : 1_000 * parseFloat(text));

function json(response, status, body, type = 'application/json') {
  text(response, status, JSON.stringify(body), type);
}

function text(response, status, body, type = 'application/json') {
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': bytes.length,
    'Cache-Control': 'no-store',
  });
  response.end(bytes);
}

const problem = (response, status, detail) =>
  json(response, status, {type: 'about:blank', title: detail, status, detail}, 'application/problem+json');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(await new MockServer().listen(Number(process.argv[2] ?? 8090)));
}

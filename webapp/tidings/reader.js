// @ts-check
import {Ladder} from './ladder.js';
import {FLOOR_MS, retryAfterMs, retryDelayMs} from './retry.js';
import {SseParser} from './sse-parser.js';
import {mediaType, pause, recallPath, rememberPath} from './world.js';
/** @import {Outcome, Rung} from './ladder.js' */
/** @import {World, Hint} from './world.js' */
/** @import {Connection} from '../tidings.js' */

/** A stream is silent when this many heartbeats are missing. */
const SILENT_HEARTBEATS = 2.5;
const DEFAULT_HEARTBEAT_MS = 15_000;
/** How much later than its wait a poll may be answered. */
const LATE_MS = 10_000;
/** A timer that rings so late says that the machine slept. */
const SLEPT_MS = 5_000;
const FINAL = new Set([400, 401, 403, 404, 406, 410]);

/** What Tidings itself refused: `problem` is its RFC 9457 object. */
export class TidingsError extends Error {
  /** @param {number} status @param {{type?: string, title?: string, detail?: string, [field: string]: any}} problem */
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `status ${status}`);
    this.name = 'TidingsError';
    this.status = status;
    this.problem = problem;
  }
}

/**
 * What is read, apart from how: one job's log, or the states of many jobs.
 * @typedef {object} Source
 * @property {() => string} streamUrl
 * @property {(waitS: number) => string} pollUrl
 * @property {(event: any) => boolean} take takes an event of a stream; whether it moved the cursor. Throws when it can't be Tidings'
 * @property {(name: string, data: any) => void} [control] a `hello`, `heartbeat` or other named event
 * @property {(answer: any) => {progressed: boolean, more: boolean}} takePage takes the answer of a poll; throws when it can't be Tidings'
 * @property {(reason: string) => boolean} bye whether the end is the last word
 * @property {boolean} done
 */

/**
 * Reads a source to its end by whatever transport the path lets through. All waiting, and every request, is here: one loop, so
 * one request at a time, and no two of them start closer than the floor.
 */
export class Reader {
  #world;
  #source;
  #signal;
  #ladder;
  #memoryKey;
  #onConnection;
  #credentials;
  #startedAtMs = -Infinity;
  /** Ends the present pause. @type {() => void} */
  #hurry = () => {};
  /** Ends the present stream when it has been silent for longer than this many ms. @type {(silentMs: number) => void} */
  #doubt = () => {};
  /** @type {Connection} */
  connection;

  /**
   * @param {World} world
   * @param {Source} source
   * @param {{signal: AbortSignal, rungs?: Rung[], memoryKey: string, credentials?: RequestCredentials, onConnection?: (connection: Connection) => void}} options
   */
  constructor(
    world,
    source,
    {signal, rungs, memoryKey, credentials = 'same-origin', onConnection = () => {}},
  ) {
    this.#world = world;
    this.#source = source;
    this.#signal = signal;
    this.#memoryKey = memoryKey;
    this.#credentials = credentials;
    this.#onConnection = onConnection;
    this.#ladder = new Ladder({random: world.random, rungs, memory: recallPath(world, memoryKey)});
    this.connection = {rung: this.#ladder.rung, live: false, trouble: null, failures: 0};
  }

  /** @returns {Promise<void>} when the source is done. @throws {TidingsError} what Tidings refuses for good; the signal's reason */
  async run() {
    const {nowMs, hints} = this.#world;
    const forgetHints = hints((hint) => this.#hint(hint));
    try {
      while (!this.#source.done) {
        await this.#pause(this.#startedAtMs + FLOOR_MS - nowMs(), false);
        const {rung, waitS, helloMs} = this.#ladder.plan(nowMs());
        this.#startedAtMs = nowMs();
        const outcome = await this.#attempt((attempt) =>
          rung === 'stream' ? this.#stream(attempt, helloMs) : this.#poll(attempt, rung, waitS),
        );
        if (this.#source.done) return;
        this.#signal.throwIfAborted();
        outcome.tookMs = nowMs() - this.#startedAtMs;
        const offline = !this.#world.online() && outcome.kind !== 'ok';
        // Being offline says nothing about the path.
        const delayMs = this.#ladder.report(offline ? {...outcome, kind: 'slept'} : outcome, nowMs());
        rememberPath(this.#world, this.#memoryKey, this.#ladder.memory());
        if (outcome.kind !== 'ok')
          this.#say({
            rung: this.#ladder.rung,
            live: false,
            trouble: offline ? 'offline' : (TROUBLES[outcome.kind] ?? null),
          });
        await this.#pause(offline ? Math.max(delayMs, retryDelayMs(3, this.#world.random)) : delayMs, true);
      }
    } finally {
      forgetHints();
      this.#say({live: false});
    }
  }

  /** @param {Partial<Connection>} change */
  #say(change) {
    this.connection = {...this.connection, ...change, failures: this.#ladder.failures};
    this.#onConnection(this.connection);
  }

  /** @param {Hint} hint */
  #hint(hint) {
    if (hint === 'online') {
      this.#ladder.networkChanged(this.#world.nowMs());
      this.#doubt(0);
      // A whole building may be back at this moment.
      this.#world.later(() => this.#hurry(), this.#world.random() * 1_000);
    } else if (hint !== 'hidden') {
      this.#doubt(1.2 * DEFAULT_HEARTBEAT_MS);
      this.#hurry();
    }
  }

  /** @param {number} delayMs @param {boolean} mayHurry whether a hint ends it (the floor is kept all the same) */
  async #pause(delayMs, mayHurry) {
    if (delayMs > 0)
      await pause(this.#world, delayMs, this.#signal, (hurry) => mayHurry && (this.#hurry = hurry));
  }

  /**
   * One request: it ends when the reading does.
   * @param {(attempt: AbortController) => Promise<Outcome>} ask
   */
  async #attempt(ask) {
    const attempt = new AbortController();
    const abort = () => attempt.abort();
    this.#signal.addEventListener('abort', abort);
    try {
      return await ask(attempt);
    } finally {
      this.#doubt = () => {};
      this.#signal.removeEventListener('abort', abort);
      abort();
    }
  }

  /**
   * @param {AbortController} attempt
   * @param {number} helloMs
   * @returns {Promise<Outcome>}
   */
  async #stream(attempt, helloMs) {
    const {nowMs, later, forget} = this.#world;
    /** @type {Outcome['kind'] | null} */
    let verdict = null;
    let heardAtMs = nowMs();
    let silentMs = helloMs;
    let hello = false;
    let heard = false;
    let progressed = false;
    const judge = (/** @type {Outcome['kind']} */ kind) => {
      verdict ??= kind;
      attempt.abort();
    };
    const watch = () => {
      const dueAtMs = heardAtMs + silentMs;
      timer = later(
        () => {
          if (nowMs() < heardAtMs + silentMs) watch();
          else judge(nowMs() - dueAtMs > SLEPT_MS ? 'slept' : 'mute');
        },
        Math.max(0, dueAtMs - nowMs()),
      );
    };
    /** @type {any} */
    let timer;
    watch();
    this.#doubt = (limitMs) => nowMs() - heardAtMs > limitMs && judge('slept');
    const parser = new SseParser();
    try {
      const response = await this.#world.fetch(
        this.#source.streamUrl(),
        this.#request('text/event-stream', attempt.signal),
      );
      if (response.status === 204) {
        this.#source.done = true;
        return {kind: 'bye'};
      }
      if (response.status !== 200 || !isType(response, 'text/event-stream') || !response.body)
        return await this.#refusal(response);
      const text = new TextDecoder();
      const bytes = response.body.getReader();
      for (;;) {
        const {done, value} = await bytes.read();
        if (verdict || done) break;
        heardAtMs = nowMs();
        for (const {event, data} of parser.push(text.decode(value, {stream: true}))) {
          const body = JSON.parse(data);
          if (!hello) {
            hello = true;
            silentMs = SILENT_HEARTBEATS * (body.heartbeat > 0 ? body.heartbeat : DEFAULT_HEARTBEAT_MS);
            forget(timer);
            watch();
            this.#say({rung: 'stream', live: true, trouble: null});
          }
          if (event === 'bye') {
            attempt.abort();
            if (this.#source.bye(body.reason)) this.#source.done = true;
            return {
              kind: body.reason === 'limit' ? 'limit' : 'bye',
              progressed,
              heard,
              retryMs: parser.retryMs,
            };
          }
          if (event !== 'hello') {
            heard = true;
            this.#ladder.proved();
          }
          if (event === 'message') progressed = this.#source.take(body) || progressed;
          else this.#source.control?.(event, body);
          if (this.#source.done) return {kind: 'bye', progressed};
        }
      }
      return {kind: verdict ?? 'cut', progressed, heard, retryMs: hello ? parser.retryMs : 0};
    } catch (error) {
      if (error instanceof TidingsError) throw error;
      return {kind: verdict ?? (hello ? 'cut' : 'unreachable'), progressed, heard};
    } finally {
      forget(timer);
    }
  }

  /**
   * @param {AbortController} attempt
   * @param {Rung} rung
   * @param {number} waitS
   * @returns {Promise<Outcome>}
   */
  async #poll(attempt, rung, waitS) {
    const {nowMs, later, forget} = this.#world;
    /** @type {Outcome['kind'] | null} */
    let verdict = null;
    const limitMs = waitS * 1_000 + LATE_MS;
    const dueAtMs = nowMs() + limitMs;
    const timer = later(() => {
      verdict = nowMs() - dueAtMs > SLEPT_MS ? 'slept' : 'late';
      attempt.abort();
    }, limitMs);
    this.#doubt = (silentMs) => {
      // What was asked before the network changed will not be answered.
      if (silentMs > 0) return;
      verdict = 'slept';
      attempt.abort();
    };
    try {
      const response = await this.#world.fetch(
        this.#source.pollUrl(waitS),
        this.#request('application/json', attempt.signal),
      );
      if (response.status !== 200 || !isType(response, 'application/json'))
        return await this.#refusal(response);
      const answer = JSON.parse(await response.text());
      if (verdict) return {kind: verdict};
      const {progressed, more} = this.#source.takePage(answer);
      this.#say({rung, live: true, trouble: null});
      return {kind: 'ok', progressed, more, retryMs: progressed ? 0 : this.#retryAfterMs(response)};
    } catch (error) {
      if (error instanceof TidingsError) throw error;
      return {kind: verdict ?? (error instanceof SyntaxError ? 'refused' : 'unreachable')};
    } finally {
      forget(timer);
    }
  }

  /** @param {string} accept @param {AbortSignal} signal @returns {RequestInit} */
  #request(accept, signal) {
    return {headers: {Accept: accept}, cache: 'no-store', credentials: this.#credentials, signal};
  }

  /**
   * An answer that was not asked for: Tidings' own word is told by its media type; a gateway's page is not.
   * @param {Response} response
   * @returns {Promise<Outcome>}
   */
  async #refusal(response) {
    const {status} = response;
    const retryMs = this.#retryAfterMs(response);
    if (!isType(response, 'application/problem+json')) return {kind: 'refused', retryMs};
    const problem = JSON.parse(await response.text());
    if (FINAL.has(status)) throw new TidingsError(status, problem);
    return {kind: status === 429 ? 'limit' : 'busy', retryMs};
  }

  /** @param {Response} response */
  #retryAfterMs(response) {
    return retryAfterMs(response.headers.get('Retry-After'), this.#world.nowMs());
  }
}

/** @param {Response} response @param {string} type */
const isType = (response, type) => mediaType(response.headers.get('Content-Type')) === type;

/** @type {Partial<Record<Outcome['kind'], Connection['trouble']>>} */
const TROUBLES = {
  busy: 'busy',
  limit: 'busy',
  mute: 'mute',
  late: 'mute',
  refused: 'gateway',
  unreachable: 'unreachable',
  cut: 'unreachable',
};

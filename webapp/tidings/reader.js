// @ts-check
import {Ladder} from './ladder.js';
import {FLOOR_MS, retryAfterMs, retryDelayMs} from './retry.js';
import {SseParser} from './sse-parser.js';
import {TidingsError} from './errors.js';
import {learnServerTime, mediaType, pause, recallPath, rememberPath} from './environment.js';
/** @import {Outcome, Rung} from './ladder.js' */
/** @import {Environment, Hint} from './environment.js' */
/** @import {Connection} from './types.js' */

/** A stream says hello within this. */
const HELLO_MS = 5_000;
/** A stream is silent when this many heartbeats are missing. */
const SILENT_HEARTBEATS = 2.5;
const DEFAULT_HEARTBEAT_MS = 15_000;
/** How much later than its wait a poll may be answered. */
const LATE_MS = 10_000;
/** A timer that rings so late says that the machine slept. */
const SLEPT_MS = 5_000;
const FINAL = new Set([400, 401, 403, 404, 406, 410]);
/** A watch that gets this many 404s which are not Tidings' own, and nothing else, has a wrong URL. */
const MAX_ABSENT = 6;

/**
 * What is read, apart from how: one job's log, or the states of many jobs.
 * @typedef {object} Source
 * @property {() => string} streamUrl
 * @property {(waitS: number) => string} pollUrl
 * @property {(event: any) => boolean} accept whether the event of a stream moved the cursor; throws when it can't be Tidings'
 * @property {(name: string, data: any) => void} [onControl] a `hello`, `heartbeat` or other named event
 * @property {(answer: any, next: boolean) => {progressed: boolean, more: boolean}} acceptPage the answer of a poll, and
 *     whether it links to a next page; throws when it can't be Tidings'
 * @property {(reason: string) => void} onBye an intended end; throws where it is the end for good
 * @property {boolean} done
 */

/**
 * Reads a source to its end by whatever transport the path lets through. One loop makes every request and does all waiting: so
 * there is one request at a time, and no two of them start closer than the floor.
 */
export class Reader {
  #environment;
  #source;
  #signal;
  #ladder;
  #memoryKey;
  #onConnection;
  #credentials;
  #startedAtMs = -Infinity;
  /** Ends the present pause. @type {() => void} */
  #endPause = () => {};
  /** Ends the present request when it has been silent for longer than this many ms. @type {(silentMs: number) => void} */
  #abortIfSilent = () => {};
  /** Whether Tidings has answered, and how often something else answered 404 before it did. */
  #reached = false;
  #absent = 0;
  /** @type {Connection} */
  connection;

  /**
   * @param {Environment} environment
   * @param {Source} source
   * @param {object} options
   * @param {AbortSignal} options.signal
   * @param {Rung[]} [options.rungs]
   * @param {string} options.memoryKey
   * @param {RequestCredentials} [options.credentials]
   * @param {(connection: Connection) => void} [options.onConnection]
   */
  constructor(
    environment,
    source,
    {signal, rungs, memoryKey, credentials = 'same-origin', onConnection = () => {}},
  ) {
    this.#environment = environment;
    this.#source = source;
    this.#signal = signal;
    this.#memoryKey = memoryKey;
    this.#credentials = credentials;
    this.#onConnection = onConnection;
    this.#ladder = new Ladder({
      random: environment.random,
      rungs,
      memory: recallPath(environment, memoryKey),
    });
    this.connection = {rung: this.#ladder.rung, live: false, trouble: null, failures: 0};
  }

  /**
   * @returns {Promise<void>} when the source is done
   * @throws {TidingsError} what Tidings refuses for good; the signal's reason
   */
  async run() {
    const {nowMs, hints} = this.#environment;
    const removeHints = hints((hint) => this.#hint(hint));
    try {
      while (!this.#source.done) {
        await this.#pause(this.#startedAtMs + FLOOR_MS - nowMs(), false);
        const {rung, waitS} = this.#ladder.plan(nowMs());
        this.#startedAtMs = nowMs();
        const outcome = await this.#attempt((attempt) =>
          rung === 'stream' ? this.#stream(attempt) : this.#poll(attempt, rung, waitS),
        );
        if (this.#source.done) return;
        this.#signal.throwIfAborted();
        outcome.tookMs = nowMs() - this.#startedAtMs;
        const offline = !this.#environment.online() && outcome.kind !== 'ok';
        // Being offline says nothing about the path.
        const delayMs = this.#ladder.report(offline ? {...outcome, kind: 'slept'} : outcome, nowMs());
        rememberPath(this.#environment, this.#memoryKey, this.#ladder.memory());
        if (outcome.kind !== 'ok') {
          const trouble = offline ? 'offline' : (TROUBLES[outcome.kind] ?? null);
          this.#report({rung: this.#ladder.rung, live: false, trouble});
        }
        await this.#pause(
          offline ? Math.max(delayMs, retryDelayMs(3, this.#environment.random)) : delayMs,
          true,
        );
      }
    } finally {
      removeHints();
      this.#report({live: false});
    }
  }

  /** @param {Partial<Connection>} change */
  #report(change) {
    this.connection = {...this.connection, ...change, failures: this.#ladder.failures};
    this.#onConnection(this.connection);
  }

  /** @param {Hint} hint */
  #hint(hint) {
    if (hint === 'online') {
      this.#ladder.networkChanged(this.#environment.nowMs());
      this.#abortIfSilent(0);
      // A whole building may be back at this moment.
      this.#environment.later(() => this.#endPause(), this.#environment.random() * 1_000);
    } else if (hint !== 'hidden') {
      this.#abortIfSilent(1.2 * DEFAULT_HEARTBEAT_MS);
      this.#endPause();
    }
  }

  /** @param {number} delayMs @param {boolean} interruptible whether a hint ends it (the floor is kept all the same) */
  async #pause(delayMs, interruptible) {
    if (delayMs <= 0) return;
    await pause(this.#environment, delayMs, this.#signal, (end) => interruptible && (this.#endPause = end));
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
      this.#abortIfSilent = () => {};
      this.#signal.removeEventListener('abort', abort);
      abort();
    }
  }

  /**
   * @param {AbortController} attempt
   * @returns {Promise<Outcome>}
   */
  async #stream(attempt) {
    const {nowMs, later, forget} = this.#environment;
    /** @type {Outcome['kind'] | null} */
    let verdict = null;
    let heardAtMs = nowMs();
    let silentMs = HELLO_MS;
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
    /** @type {unknown} */
    let timer;
    watch();
    this.#abortIfSilent = (limitMs) => nowMs() - heardAtMs > limitMs && judge('slept');
    const parser = new SseParser();
    try {
      const response = await this.#environment.fetch(
        this.#source.streamUrl(),
        this.#request('text/event-stream', attempt.signal),
      );
      if (response.status === 204) {
        this.#source.done = true;
        return {kind: 'bye'};
      }
      if (response.status !== 200 || !isType(response, 'text/event-stream') || !response.body) {
        return await this.#refusal(response);
      }
      const text = new TextDecoder();
      const bytes = response.body.getReader();
      for (;;) {
        const {done, value} = await bytes.read();
        if (verdict || done) break;
        heardAtMs = nowMs();
        for (const {event, data} of parser.push(text.decode(value, {stream: true}))) {
          const body = JSON.parse(data);
          if (!hello) {
            hello = this.#reached = true;
            silentMs = SILENT_HEARTBEATS * (body.heartbeat > 0 ? body.heartbeat : DEFAULT_HEARTBEAT_MS);
            forget(timer);
            watch();
            this.#report({rung: 'stream', live: true, trouble: null});
          }
          if (event === 'bye') {
            attempt.abort();
            this.#source.onBye(body.reason);
            const kind = body.reason === 'limit' ? 'limit' : 'bye';
            return {kind, progressed, heard, retryMs: parser.retryMs};
          }
          if (event !== 'hello') {
            heard = true;
            this.#ladder.proved();
          }
          if (event === 'message') {
            progressed = this.#source.accept(body) || progressed;
          } else {
            if (body.at) learnServerTime(body.at);
            this.#source.onControl?.(event, body);
          }
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
    const {nowMs, later, forget} = this.#environment;
    /** @type {Outcome['kind'] | null} */
    let verdict = null;
    const limitMs = waitS * 1_000 + LATE_MS;
    const dueAtMs = nowMs() + limitMs;
    const timer = later(() => {
      verdict = nowMs() - dueAtMs > SLEPT_MS ? 'slept' : 'late';
      attempt.abort();
    }, limitMs);
    this.#abortIfSilent = (silentMs) => {
      // What was asked before the network changed will not be answered.
      if (silentMs > 0) return;
      verdict = 'slept';
      attempt.abort();
    };
    try {
      const response = await this.#environment.fetch(
        this.#source.pollUrl(waitS),
        this.#request('application/json', attempt.signal),
      );
      if (response.status !== 200 || !isType(response, 'application/json')) {
        return await this.#refusal(response);
      }
      const answer = JSON.parse(await response.text());
      if (verdict) return {kind: verdict};
      this.#reached = true;
      learnServerTime(response.headers.get('Date'));
      const {progressed, more} = this.#source.acceptPage(answer, !!response.headers.get('Link'));
      this.#report({rung, live: true, trouble: null});
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
    if (!isType(response, 'application/problem+json')) {
      if (status === 404 && !this.#reached && ++this.#absent >= MAX_ABSENT) {
        throw new TidingsError(404, {
          title: 'Not found',
          status,
          detail: `Tidings is not at ${response.url}.`,
        });
      }
      return {kind: 'refused', retryMs};
    }
    const problem = JSON.parse(await response.text());
    if (FINAL.has(status)) throw new TidingsError(status, problem);
    return {kind: status === 429 ? 'limit' : 'busy', retryMs};
  }

  /** @param {Response} response */
  #retryAfterMs(response) {
    return retryAfterMs((name) => response.headers.get(name), this.#environment.nowMs());
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

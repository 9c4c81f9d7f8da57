// @ts-check
import {FLOOR_MS, retryDelayMs} from './retry.js';

/** How the log is read. The best first. @typedef {'stream' | 'long-poll' | 'poll'} Rung */
/**
 * How a request ended, as far as it says something about the path.
 *
 * - `ok`: a poll was answered. `bye`: the server ended a stream as intended.
 * - `cut`: a stream broke or ended without a word. `mute`: it did not say hello in time, or fell silent.
 * - `late`: a poll was not answered in time. `refused`: an answer that is not Tidings'. `unreachable`: none.
 * - `busy`, `limit`: Tidings answered that it can't now, or has too many readers that wait.
 * - `slept`: the machine slept, or the page did: says nothing about the path.
 *
 * @typedef {object} Outcome
 * @property {'ok' | 'bye' | 'cut' | 'mute' | 'late' | 'refused' | 'unreachable' | 'busy' | 'limit' | 'slept'} kind
 * @property {boolean} [progressed] whether the cursor moved
 * @property {boolean} [heard] whether a heartbeat or an event came, not only a hello
 * @property {boolean} [more] whether a poll was answered by a full page
 * @property {number} [tookMs] from the request to its end
 * @property {number} [retryMs] what the server asked to wait: `retry:` or `Retry-After`
 */
/** What is worth remembering of a path. @typedef {{rung: Rung, waitS: number, probeAtMs: number, probeMs: number}} PathMemory */

const MAX_WAIT_S = 25;
const MIN_WAIT_S = 5;
const POLL_MS = 2_000;
const MAX_POLL_MS = 10_000;
const CUTS = 3;
const REFUSALS = 2;
/** A lower rung that fails as well for so long says that the fault is not the upper rung's. */
const FAILURES_BEFORE_BLIND_PROBE = 4;
const FIRST_PROBE_MS = 5_000;
const FIRST_PROBE_AFTER_MUTE_MS = 30_000;
const MAX_PROBE_MS = 600_000;

/**
 * Decides by which transport to read next, and after which pause. Knows no network and no clock: it is told how each
 * request ended, and when.
 *
 * ```
 *   stream ──mute · 3 cuts without progress · 2 refusals──▶ long-poll ──2 late, cut or refused──▶ poll
 *     ▲                                                        │                                  │
 *     └──────────── probe: 5 s (mute: 30 s) after going down, then twice that, up to 10 min ──────┘
 * ```
 */
export class Ladder {
  /** @type {Rung} */
  rung;
  /** Failed requests in a row, whatever the rung: the one retry budget. */
  failures = 0;
  #rungs;
  #random;
  #strikes = 0;
  #limited = 0;
  #waitS = MAX_WAIT_S;
  #pollMs = POLL_MS;
  #earlyAnswers = 0;
  #probing = false;
  #probeAtMs = Infinity;
  #probeMs = 0;
  /** Requests since the last step down. */
  #okBelow = false;
  #failedBelow = 0;

  /** @param {{random: () => number, rungs?: Rung[], memory?: PathMemory | null}} options */
  constructor({random, rungs = ['stream', 'long-poll', 'poll'], memory}) {
    this.#random = random;
    this.#rungs = rungs;
    this.rung = rungs[0];
    if (memory && rungs.includes(memory.rung)) {
      this.rung = memory.rung;
      this.#waitS = memory.waitS;
      this.#probeAtMs = memory.probeAtMs ?? Infinity;
      this.#probeMs = memory.probeMs;
      this.#okBelow = true;
    }
  }

  /** @returns {PathMemory} */
  memory() {
    return {rung: this.rung, waitS: this.#waitS, probeAtMs: this.#probeAtMs, probeMs: this.#probeMs};
  }

  /**
   * The next request.
   * @param {number} nowMs
   * @returns {{rung: Rung, waitS: number}}
   */
  plan(nowMs) {
    const due =
      nowMs >= this.#probeAtMs && (this.#okBelow || this.#failedBelow >= FAILURES_BEFORE_BLIND_PROBE);
    this.#probing = this.rung !== this.#rungs[0] && due;
    const rung = this.#probing ? this.#rungs[0] : this.rung;
    return {rung, waitS: rung === 'poll' ? 0 : this.#waitS};
  }

  /**
   * Learns how the planned request ended.
   * @param {Outcome} outcome
   * @param {number} nowMs
   * @returns {number} the pause before the next request, in ms
   */
  report(outcome, nowMs) {
    const {kind, progressed = false, heard = false, retryMs = 0} = outcome;
    const asked = this.#probing ? this.#rungs[0] : this.rung;
    const good = kind === 'ok' || progressed || heard;
    this.failures = good ? 0 : this.failures + 1;
    if (kind !== 'limit') this.#limited = 0;
    let delayMs;
    if (kind === 'slept') {
      this.failures = 0;
      delayMs = retryDelayMs(0, this.#random);
    } else if (kind === 'busy') {
      delayMs = this.#backoff();
    } else if (kind === 'limit') {
      // Readers that wait are counted, polls that are answered at once are not.
      if (++this.#limited >= REFUSALS) this.#goDown('poll', nowMs, FIRST_PROBE_AFTER_MUTE_MS);
      delayMs = this.#backoff();
    } else if (asked === 'stream') {
      delayMs = this.#afterStream(outcome, nowMs);
    } else {
      delayMs = this.#afterPoll(outcome, asked, nowMs);
    }
    return retryMs > 0 ? Math.max(delayMs, retryMs * (1 + this.#random() / 10)) : delayMs;
  }

  /** The network changed: what was learned is doubtful, and the best rung worth a try. @param {number} nowMs */
  networkChanged(nowMs) {
    this.failures = this.#strikes = this.#limited = 0;
    this.#waitS = MAX_WAIT_S;
    this.#probeMs = 0;
    this.#okBelow = true;
    if (this.rung !== this.#rungs[0]) this.#probeAtMs = nowMs;
  }

  /** A probe brought more than a hello: the best rung it is. */
  proved() {
    if (!this.#probing) return;
    this.#probing = false;
    this.rung = this.#rungs[0];
    this.#probeAtMs = Infinity;
    this.#strikes = 0;
    this.#waitS = MAX_WAIT_S;
  }

  /** @param {Outcome} outcome @param {number} nowMs */
  #afterStream({kind, progressed, heard}, nowMs) {
    if (kind === 'mute') {
      this.#goDown(this.#rungs[1], nowMs, FIRST_PROBE_AFTER_MUTE_MS);
      return 0;
    }
    if (kind === 'bye' || progressed) {
      this.proved();
      this.#strikes = 0;
      // What proved itself is forgiven: the next step down probes soon again.
      if (progressed) this.#probeMs = 0;
      return this.#backoff();
    }
    const limit = this.#probing ? 1 : kind === 'cut' ? CUTS : REFUSALS;
    if (++this.#strikes >= limit) this.#goDown(this.#rungs[1], nowMs, FIRST_PROBE_MS);
    return heard ? retryDelayMs(0, this.#random) : this.#backoff();
  }

  /** @param {Outcome} outcome @param {Rung} asked @param {number} nowMs */
  #afterPoll({kind, progressed, more, tookMs = 0}, asked, nowMs) {
    if (kind === 'ok') {
      this.#okBelow = true;
      this.#strikes = 0;
      const early = !progressed && asked === 'long-poll' && tookMs < this.#waitS * 500;
      this.#earlyAnswers = early ? this.#earlyAnswers + 1 : 0;
      if (more) return FLOOR_MS;
      if (asked === 'long-poll')
        return early ? retryDelayMs(this.#earlyAnswers, this.#random, {maxMs: 5_000}) : 0;
      this.#pollMs = progressed ? POLL_MS : Math.min(MAX_POLL_MS, this.#pollMs * 1.5);
      return this.#pollMs * (0.8 + 0.4 * this.#random());
    }
    this.#failedBelow++;
    if (asked === 'long-poll') {
      const cutAtS = tookMs / 1_000;
      const held = kind === 'late' || (cutAtS >= 2 && cutAtS < this.#waitS);
      const shorterS = Math.max(MIN_WAIT_S, Math.floor(0.7 * Math.min(cutAtS, this.#waitS)));
      if (held && shorterS < this.#waitS) {
        // Only too long, perhaps: the shorter one gets its chance.
        this.#waitS = shorterS;
        if (kind !== 'late') return this.#backoff();
      }
      if (++this.#strikes >= REFUSALS) this.#goDown('poll', nowMs, FIRST_PROBE_MS);
    }
    return this.#backoff();
  }

  #backoff() {
    return retryDelayMs(Math.max(0, this.failures - 1), this.#random);
  }

  /** @param {Rung} rung @param {number} nowMs @param {number} firstProbeMs */
  #goDown(rung, nowMs, firstProbeMs) {
    const probed = this.#probing;
    this.rung = rung;
    if (!this.#probeMs) this.#probeMs = firstProbeMs;
    else if (this.#okBelow) this.#probeMs = Math.min(MAX_PROBE_MS, this.#probeMs * 2);
    this.#probing = false;
    this.#probeAtMs = nowMs + this.#probeMs * (0.9 + 0.2 * this.#random());
    if (probed) this.#waitS = Math.min(MAX_WAIT_S, Math.ceil(this.#waitS * 1.5));
    this.#strikes = this.#failedBelow = 0;
    this.#okBelow = false;
    this.#pollMs = POLL_MS;
  }
}

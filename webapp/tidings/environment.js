// @ts-check
/** @import {PathMemory} from './ladder.js' */

/**
 * What the client needs of its surroundings; tests make others, with virtual time.
 * @typedef {object} Environment
 * @property {(url: string, init: RequestInit) => Promise<Response>} fetch
 * @property {() => number} nowMs
 * @property {(run: () => void, delayMs: number) => any} later
 * @property {(timer: any) => void} forget
 * @property {() => number} random
 * @property {() => boolean} online
 * @property {{get: (key: string) => string | null, set: (key: string, value: string) => void}} memory
 * @property {(listener: (hint: Hint) => void) => () => void} hints returns how to stop listening
 * @property {LockManager | undefined} locks
 * @property {((name: string) => BroadcastChannel) | undefined} channel
 */
/**
 * What happens to the page: something that may have ended a connection or made one possible, or its way into the
 * back/forward cache (or to its end) and back.
 * @typedef {'online' | 'visible' | 'hidden' | 'shown'} Hint
 */

const root = globalThis;

/**
 * A clock that goes as the quicker of two: the wall's, which goes on while the machine sleeps, and a monotonic one, which
 * nobody sets back.
 * @param {() => number} wall
 * @param {() => number} monotonic
 */
export function steady(wall, monotonic) {
  let wallMs = wall();
  let monotonicMs = monotonic();
  let nowMs = wallMs;
  return () => {
    const [wasMs, beforeMs] = [wallMs, monotonicMs];
    wallMs = wall();
    monotonicMs = monotonic();
    return (nowMs += Math.max(0, wallMs - wasMs, monotonicMs - beforeMs));
  };
}

/** @type {Environment} */
export const browser = {
  fetch: (url, init) => fetch(url, init),
  nowMs: steady(Date.now, () => performance.now()),
  later: (run, delayMs) => setTimeout(run, delayMs),
  forget: (timer) => clearTimeout(timer),
  random: Math.random,
  online: () => root.navigator?.onLine ?? true,
  memory: {
    // Storage may be forbidden altogether; then nothing is remembered.
    get: (key) => {
      try {
        return sessionStorage.getItem(key);
      } catch {
        return null;
      }
    },
    set: (key, value) => {
      try {
        sessionStorage.setItem(key, value);
      } catch {}
    },
  },
  hints: (listener) => {
    if (!root.document) return () => {};
    const over = new AbortController();
    const {signal} = over;
    addEventListener('online', () => listener('online'), {signal});
    addEventListener('pagehide', () => listener('hidden'), {signal});
    addEventListener('pageshow', (event) => event.persisted && listener('shown'), {signal});
    document.addEventListener(
      'visibilitychange',
      () => document.visibilityState === 'visible' && listener('visible'),
      {signal},
    );
    return () => over.abort();
  },
  // Both are missing where the page came by plain HTTP, or in older browsers.
  locks: root.navigator?.locks,
  channel: root.BroadcastChannel && ((name) => new BroadcastChannel(name)),
};

/**
 * @param {Environment} environment
 * @param {number} delayMs
 * @param {AbortSignal} [signal] rejects with its reason
 * @param {(endPause: () => void) => void} [onStart] gets what ends the pause at once, and does nothing once it is over
 */
export function pause({later, forget}, delayMs, signal, onStart) {
  return /** @type {Promise<void>} */ (
    new Promise((resolve, reject) => {
      const over = () => {
        forget(timer);
        signal?.removeEventListener('abort', aborted);
        resolve();
      };
      const aborted = () => (reject(signal?.reason), over());
      const timer = later(over, delayMs);
      signal?.addEventListener('abort', aborted);
      onStart?.(over);
    })
  );
}

/**
 * Tells listeners, also those outside of a shadow tree.
 * @param {EventTarget} target
 * @param {string} name
 * @param {unknown} [detail]
 */
export const emit = (target, name, detail) =>
  target.dispatchEvent(new CustomEvent(name, {detail, bubbles: true, composed: true}));

let aheadMs = 0;

/** Learns what time the server has. @param {string | null | undefined} instant ISO 8601 or an HTTP date, just received */
export function learnServerTime(instant) {
  const ms = Date.parse(instant ?? '') - Date.now();
  if (Number.isFinite(ms)) aheadMs = ms;
}

/** The server's time: a client's clock may be wrong by hours. */
export const serverNowMs = () => Date.now() + aheadMs;

/** The media type of an answer, without its parameters. @param {string | null} contentType */
export const mediaType = (contentType) => (contentType ?? '').split(';')[0].trim().toLowerCase();

/** A token that nobody guesses; `crypto.randomUUID` is missing where the page came by plain HTTP. */
export function token() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

/** What is remembered of a path is worth something for so long. */
const MEMORY_MS = 30 * 60_000;

/** @param {Environment} environment @param {string} key @returns {PathMemory | null} */
export function recallPath(environment, key) {
  try {
    const {savedAtMs, path} = JSON.parse(environment.memory.get(key) ?? '');
    const nowMs = environment.nowMs();
    // The clock may have been set back since.
    if (path.probeAtMs) path.probeAtMs = Math.min(path.probeAtMs, nowMs + 1.1 * path.probeMs);
    return nowMs - savedAtMs < MEMORY_MS ? path : null;
  } catch {
    return null;
  }
}

/** @param {Environment} environment @param {string} key @param {PathMemory} path */
export function rememberPath(environment, key, path) {
  environment.memory.set(key, JSON.stringify({savedAtMs: environment.nowMs(), path}));
}

// @ts-check
/** How long to wait: pure arithmetic, so that no loop of this client is ever tighter than its floor. */

/** The least time between the starts of two requests of one reader. */
export const FLOOR_MS = 500;
const BASE_MS = 1_000;
const MAX_MS = 30_000;
const MAX_RETRY_AFTER_MS = 600_000;

/**
 * The pause before the next attempt: full jitter over the floor, under a ceiling that doubles.
 * @param {number} failures failed attempts in a row so far, 0 or more
 * @param {() => number} random
 * @param {{floorMs?: number, baseMs?: number, maxMs?: number}} [limits]
 */
export function retryDelayMs(failures, random, {floorMs = FLOOR_MS, baseMs = BASE_MS, maxMs = MAX_MS} = {}) {
  const ceilingMs = Math.min(maxMs, baseMs * 2 ** Math.min(failures, 20));
  return Math.round(floorMs + random() * Math.max(0, ceilingMs - floorMs));
}

/**
 * Reads `Retry-After` (RFC 9110 §10.2.3): seconds or an HTTP date; 0 where it is missing or cannot be read. At most ten minutes.
 * @param {(name: string) => string | null} header of the answer
 * @param {number} nowMs counts where the answer does not tell its own `Date`
 */
export function retryAfterMs(header, nowMs) {
  const text = header('Retry-After')?.trim();
  if (!text) return 0;
  const date = Date.parse(header('Date') ?? '') || nowMs;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : / GMT$/.test(text) ? Date.parse(text) - date : 0;
  return ms > 0 ? Math.min(ms, MAX_RETRY_AFTER_MS) : 0;
}

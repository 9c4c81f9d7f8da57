// One job that is watched through a simulated path, and what every reader of it is promised.
import assert from 'node:assert/strict';
import {FLOOR_MS} from '../../../../webapp/tidings/retry.js';
import {watch} from '../../../../webapp/tidings/watch.js';

export const MINUTE = 60_000;
const JOB = 'http://portal.test/tidings/api/jobs/j1';

/** Watches the job of a network, and keeps what came. */
export function start(network, options = {}) {
  const seen = {
    events: [],
    error: null,
    over: false,
    watch: watch(JOB, {cursor: 0, environment: network.environment, ...options}),
  };
  (async () => {
    try {
      for await (const event of seen.watch) seen.events.push(event);
    } catch (error) {
      seen.error = error;
    }
    seen.over = true;
  })();
  return seen;
}

/** The promises of the contract to one reader that began at 0. */
export function assertDelivered(network, events) {
  const numbers = events.map((event) => event.seq);
  assert.deepEqual(
    numbers,
    [...numbers].sort((a, b) => a - b).filter((n, at, all) => n !== all[at - 1]),
    'in order, nothing twice',
  );
  const wanted = network.log.filter((event) => event.type !== 'progress').map((event) => event.seq);
  const got = events.filter((event) => event.type !== 'progress').map((event) => event.seq);
  assert.deepEqual(got, wanted, 'nothing lost');
}

export function assertFloor(network) {
  network.requests.forEach(({atMs}, at) => {
    const beforeMs = network.requests[at - 1]?.atMs ?? -Infinity;
    const gapMs = atMs - beforeMs;
    // Who sets the clock forward gets one request early.
    if (network.setForwardAtMs.some((setMs) => setMs >= beforeMs && setMs <= atMs)) return;
    // Milliseconds since 1970 are told apart to some 2e-4.
    assert.ok(gapMs >= FLOOR_MS - 1e-3, `request ${at} came ${gapMs} ms after the one before`);
  });
}

/** The job goes on by itself: an event now and then, and an end. */
export function work(network, random, {events, gapMs}) {
  network.append('queued');
  let left = events;
  const next = () => {
    if (--left <= 0) return network.append('succeeded', {result: null});
    const lot = random();
    network.append(lot < 0.5 ? 'progress' : lot < 0.9 ? 'log' : 'artifact', {
      message: 'Zürich 東京 🎉',
      percent: left,
    });
    network.time.later(next, random() * 2 * gapMs);
  };
  network.time.later(next, random() * 2 * gapMs);
}

export const kinds = (network, sinceMs) =>
  network.requests.filter(({atMs}) => atMs >= sinceMs).map(({kind}) => kind);

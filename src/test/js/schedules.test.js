// Random paths and histories from a printed seed: TIDINGS_SEED=… TIDINGS_ROUNDS=… node --test src/test/js/schedules.test.js
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {MINUTE, assertDelivered, assertFloor, kinds, start, work} from './support/one-job.js';
import {printedSeed, randomFrom} from './support/random.js';
import {SimulatedNetwork} from './support/simulated-network.js';

const rounds = Number(process.env.TIDINGS_ROUNDS ?? 2_000);

/** A path that lets at least a plain request through. */
function passable(random) {
  const pick = (...values) => values[Math.floor(random() * values.length)];
  const latencyMs = pick(random() * 400, random() * 400, random() * 9_000);
  return {
    latencyMs,
    holds: pick('none', 'none', 'whole', 'last'),
    cutMs: pick(undefined, undefined, latencyMs + 3_000 + random() * 60_000),
    how: pick('end', 'error'),
    blocks: pick(undefined, undefined, 'stream'),
    blockStatus: pick(0, 200, 401, 403, 407, 502),
    limited: pick(false, false, false, true),
    stale: pick(false, false, false, true),
  };
}

function anyPath(random) {
  const pick = (...values) => values[Math.floor(random() * values.length)];
  return {
    ...passable(random),
    cutBytes: pick(undefined, undefined, Math.floor(random() * 3_000)),
    blocks: pick(undefined, undefined, 'stream', 'all'),
    down: pick(undefined, undefined, undefined, 'error', 'hang'),
    busy: pick(false, false, false, true),
  };
}

test(
  `${rounds} random schedules: nothing lost, nothing twice, in order, never tight, always to the end`,
  {timeout: 600_000},
  async () => {
    const first = printedSeed();
    let requests = 0;
    let events = 0;
    for (let round = 0; round < rounds; round++) {
      const seed = first + round;
      const random = randomFrom(seed);
      const network = new SimulatedNetwork(seed);
      try {
        work(network, random, {events: 5 + Math.floor(random() * 60), gapMs: 100 + random() * 20_000});
        network.path = anyPath(random);
        const seen = start(network);
        for (let change = Math.floor(random() * 8); change > 0; change--) {
          await network.time.run(random() * 90_000);
          if (random() < 0.15) network.time.sleep(random() * 60 * MINUTE);
          if (random() < 0.1) network.setClock((random() - 0.5) * 240 * MINUTE);
          if (random() < 0.5) network.change(anyPath(random));
          else network.path = anyPath(random);
          if (random() < 0.2) network.hint(random() < 0.5 ? 'online' : 'visible');
        }
        network.change(passable(random));
        assert.ok(await network.time.runUntil(() => network.finished, 60 * MINUTE));
        const finishedMs = network.time.nowMs;
        assert.ok(
          await network.time.runUntil(() => seen.over, 15 * MINUTE),
          `not over 15 minutes after the end, by ${seen.watch.connection.rung}`,
        );
        assert.equal(seen.error, null);
        assertDelivered(network, seen.events);
        assertFloor(network);
        assert.ok(network.requests.length <= 20 + (2 * (finishedMs - network.requests[0].atMs)) / 1_000);
        requests += network.requests.length;
        events += seen.events.length;
      } catch (error) {
        error.message = `seed ${seed} (round ${round}): ${error.message}`;
        throw error;
      }
    }
    console.log(`${rounds} schedules, ${requests} requests, ${events} events`);
  },
);

/** Paths of which it is plain what is the best that works on them. (One that holds the last piece back works as long as more comes soon.) */
const PLAIN = [
  [{}, 'stream'],
  [{holds: 'whole'}, 'long-poll'],
  [{blocks: 'stream'}, 'long-poll'],
  [{limited: true}, 'poll'],
];

test(
  `after ${rounds / 4} random histories, the best transport that works is found within half an hour, and kept`,
  {timeout: 600_000},
  async () => {
    const first = printedSeed();
    let longestMs = 0;
    for (let round = 0; round < rounds / 4; round++) {
      const seed = first + round;
      const random = randomFrom(seed);
      const network = new SimulatedNetwork(seed);
      try {
        network.append('queued');
        network.path = anyPath(random);
        const seen = start(network);
        for (let change = Math.floor(random() * 5); change > 0; change--) {
          await network.time.run(random() * 5 * MINUTE);
          network.change(anyPath(random));
        }
        await network.time.run(random() * 5 * MINUTE);
        const [path, best] = PLAIN[Math.floor(random() * PLAIN.length)];
        network.change({
          latencyMs: random() * 400,
          blockStatus: [200, 401, 403, 502, 0][Math.floor(random() * 5)],
          ...path,
        });
        const changedAtMs = network.time.nowMs;
        const log = () => {
          network.append('log');
          network.time.later(log, 40_000 * random());
        };
        log();
        assert.ok(
          await network.time.runUntil(
            () => seen.watch.connection.live && seen.watch.connection.rung === best,
            30 * MINUTE,
          ),
          `by ${seen.watch.connection.rung}, not ${best}`,
        );
        longestMs = Math.max(longestMs, network.time.nowMs - changedAtMs);
        // Its probes become rare.
        await network.time.run(30 * MINUTE);
        const last = kinds(network, network.time.nowMs - 10 * MINUTE);
        const others = last.filter((kind) => kind !== best);
        assert.ok(others.length <= 4, `${others.length} of the last ${last.length} requests are no ${best}`);
        seen.watch.close();
      } catch (error) {
        error.message = `seed ${seed} (round ${round}): ${error.message}`;
        throw error;
      }
    }
    console.log(`${rounds / 4} histories, found after ${Math.round(longestMs / 1_000)} s at most`);
  },
);

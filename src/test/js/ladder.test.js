import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {MINUTE, assertDelivered, assertFloor, kinds, start, work} from './support/one-job.js';
import {randomFrom} from './support/random.js';
import {SimulatedNetwork} from './support/simulated-network.js';

describe('one path, one job', () => {
  /** Runs an hour of a job through one path. */
  async function through(path, {events = 60, gapMs = MINUTE} = {}) {
    const network = new SimulatedNetwork(1);
    network.path = path;
    work(network, randomFrom(2), {events, gapMs});
    const seen = start(network);
    const done = await network.time.runUntil(() => seen.over, 3 * 60 * MINUTE);
    assert.ok(done, 'the end is told');
    assert.equal(seen.error, null);
    assertDelivered(network, seen.events);
    assertFloor(network);
    return {network, seen};
  }

  test('a clear path: one stream, which rotates', async () => {
    const {network} = await through({});
    assert.deepEqual(new Set(kinds(network, 0)), new Set(['stream']));
    assert.ok(network.requests.length < 12, `${network.requests.length} requests`);
  });

  test('a gateway that holds streams back: long poll, and a probe now and then', async () => {
    const {network} = await through({holds: 'whole'});
    assert.equal(network.requests[1].kind, 'long-poll');
    assert.ok(network.requests[1].atMs - network.requests[0].atMs <= 6_000, 'after 5 s');
    const streams = kinds(network, 0).filter((kind) => kind === 'stream').length;
    assert.ok(streams >= 3 && streams <= 16, `${streams} probes in an hour`);
    assert.ok(!kinds(network, 0).includes('poll'));
  });

  test('a scanner that holds the last piece back: the stream is mute, so long poll', async () => {
    const {network} = await through({holds: 'last'});
    assert.ok(kinds(network, 0).includes('long-poll'));
  });

  test('a gateway that cuts everything after 12 s: long polls that ask for less', async () => {
    const {network} = await through({cutMs: 12_000, how: 'error'}, {gapMs: 5 * MINUTE, events: 12});
    const waits = network.requests
      .filter(({kind}) => kind === 'long-poll')
      .map(({url}) => Number(url.searchParams.get('wait')));
    const late = waits.slice(-40);
    assert.ok(late.filter((wait) => wait <= 12).length > 0.8 * late.length, `the last waits were ${late}`);
  });

  test('a gateway that cuts after 3 s: poll', async () => {
    const {network} = await through({cutMs: 3_000, how: 'end'}, {gapMs: 5 * MINUTE, events: 12});
    const late = kinds(network, network.time.nowMs - 20 * MINUTE);
    assert.ok(late.filter((kind) => kind === 'poll').length > 0.8 * late.length);
  });

  test('a gateway that cuts streams after each few events: the stream stays, since the cursor moves', async () => {
    const {network} = await through({cutMs: 20_000, how: 'end'}, {gapMs: 4_000, events: 200});
    assert.deepEqual(new Set(kinds(network, 0)), new Set(['stream']));
  });

  for (const blockStatus of [0, 200, 401, 403, 407, 502]) {
    test(`a gateway that answers streams by ${blockStatus ? `a page of status ${blockStatus}` : 'a redirect to another origin’s login page'}: long poll`, async () => {
      const {network} = await through({blocks: 'stream', blockStatus});
      const all = kinds(network, 0);
      assert.ok(all.filter((kind) => kind === 'stream').length <= 16);
      assert.ok(!all.includes('poll'));
    });
  }

  test('a path of eight seconds each way: long poll, since no stream says hello in time', async () => {
    const {network} = await through({latencyMs: 8_000});
    assert.ok(!kinds(network, 0).includes('poll'));
    assert.ok(kinds(network, 0).includes('long-poll'));
  });

  test('too many readers that wait: poll', async () => {
    const {network} = await through({limited: true}, {events: 10});
    assert.ok(kinds(network, 0).includes('poll'));
  });
});

describe('a path that changes', () => {
  test('when the gateway lets go, the stream comes back', async () => {
    const network = new SimulatedNetwork(3);
    network.path = {holds: 'whole'};
    work(network, randomFrom(4), {events: 200, gapMs: MINUTE});
    start(network);
    await network.time.run(30 * MINUTE);
    network.path = {};
    await network.time.run(12 * MINUTE);
    const sinceMs = network.time.nowMs;
    await network.time.run(20 * MINUTE);
    assert.deepEqual(new Set(kinds(network, sinceMs)), new Set(['stream']));
  });

  test('an outage of five minutes ends in a stream again within half a minute', async () => {
    const network = new SimulatedNetwork(5);
    work(network, randomFrom(6), {events: 200, gapMs: MINUTE});
    start(network);
    await network.time.run(2 * MINUTE);
    network.path = {down: 'error'};
    network.breakAll();
    await network.time.run(5 * MINUTE);
    network.path = {};
    await network.time.run(MINUTE);
    assert.equal(network.requests.at(-1).kind, 'stream');
    assertFloor(network);
    const inOutage = network.requests.filter(
      ({atMs}) => atMs > network.time.nowMs - 6 * MINUTE && atMs < network.time.nowMs - MINUTE,
    ).length;
    assert.ok(inOutage < 40, `${inOutage} requests in an outage of 5 minutes`);
  });

  test('a change of network makes the best transport worth a try at once', async () => {
    const network = new SimulatedNetwork(7);
    network.path = {holds: 'whole'};
    work(network, randomFrom(8), {events: 200, gapMs: MINUTE});
    start(network);
    await network.time.run(10 * MINUTE);
    network.path = {};
    network.breakAll('vanish');
    network.hint('online');
    await network.time.run(5_000);
    assert.equal(network.requests.at(-1).kind, 'stream');
  });

  test('a half-open stream is noticed after two and a half heartbeats', async () => {
    const network = new SimulatedNetwork(9);
    work(network, randomFrom(10), {events: 100, gapMs: 5 * MINUTE});
    start(network);
    await network.time.run(20_000);
    const before = network.requests.length;
    network.breakAll('vanish');
    await network.time.runUntil(() => network.requests.length > before, 10 * MINUTE);
    assert.ok(
      network.requests.at(-1).atMs - network.time.nowMs <= 0 && network.requests.length === before + 1,
    );
    const silentMs = network.time.nowMs - network.requests[0].atMs;
    assert.ok(silentMs <= 20_000 + 37_500 + 1_000, `${silentMs}`);
  });

  for (const [name, skewMs] of [
    ['back', -2 * 60 * MINUTE],
    ['forward', 2 * 60 * MINUTE],
  ]) {
    test(`a clock that is set ${name} by two hours holds nothing up`, async () => {
      const network = new SimulatedNetwork(22);
      work(network, randomFrom(23), {events: 100, gapMs: MINUTE});
      const seen = start(network);
      await network.time.run(20_000);
      network.setClock(skewMs);
      network.breakAll('vanish');
      await network.time.run(45_000);
      assert.ok(network.requests.length >= 2, 'the silent stream was noticed');
      network.path = {holds: 'whole'};
      network.breakAll();
      await network.time.run(MINUTE);
      network.setClock(0);
      await network.time.run(20 * MINUTE);
      assert.ok(network.log.at(-1).seq - (seen.watch.cursor ?? 0) <= 1, 'nothing is late');
      assertDelivered(network, [...seen.events, ...network.log.slice(seen.watch.cursor)]);
      assertFloor(network);
    });
  }

  test('what was remembered by a clock that has been set back since does not keep the stream away', async () => {
    const network = new SimulatedNetwork(24);
    network.path = {holds: 'whole'};
    work(network, randomFrom(25), {events: 200, gapMs: MINUTE});
    const life = new AbortController();
    start(network, {signal: life.signal});
    await network.time.run(20_000);
    life.abort();
    network.setClock(-5 * 60 * MINUTE);
    network.path = {};
    start(network);
    await network.time.run(3 * MINUTE);
    assert.equal(network.requests.at(-1).kind, 'stream');
  });

  test('a page that slept for an hour goes on where it was, by the same transport', async () => {
    const network = new SimulatedNetwork(11);
    work(network, randomFrom(12), {events: 300, gapMs: MINUTE});
    const seen = start(network);
    await network.time.run(5 * MINUTE);
    network.breakAll('vanish');
    network.time.sleep(60 * MINUTE);
    network.hint('visible');
    await network.time.run(5_000);
    assert.equal(network.requests.at(-1).kind, 'stream');
    assert.equal(seen.watch.cursor, network.log.at(-1).seq);
    assertDelivered(network, seen.events);
  });

  test('what was learned is remembered by the next page', async () => {
    const network = new SimulatedNetwork(13);
    network.path = {holds: 'whole'};
    work(network, randomFrom(14), {events: 200, gapMs: MINUTE});
    const life = new AbortController();
    start(network, {signal: life.signal});
    await network.time.run(20_000);
    life.abort();
    const before = network.requests.length;
    start(network);
    await network.time.run(1_000);
    assert.equal(network.requests[before].kind, 'long-poll');
  });

  test('being offline says nothing about the path', async () => {
    const network = new SimulatedNetwork(15);
    work(network, randomFrom(16), {events: 200, gapMs: MINUTE});
    start(network);
    await network.time.run(MINUTE);
    network.online = false;
    network.path = {down: 'error'};
    network.breakAll();
    await network.time.run(30 * MINUTE);
    network.online = true;
    network.path = {};
    network.hint('online');
    await network.time.run(3_000);
    assert.equal(network.requests.at(-1).kind, 'stream');
  });
});

describe('whatever is answered, no loop is tight', () => {
  const hostile = {
    'a login page for everything': {blocks: 'all', blockStatus: 200},
    'bad gateway for everything': {blocks: 'all', blockStatus: 502},
    'refused connections': {down: 'error', latencyMs: 0},
    'no answer ever': {down: 'hang'},
    'a store that is away': {busy: true},
    'everything cut after 10 bytes': {cutBytes: 10, how: 'end', latencyMs: 0},
  };
  for (const [name, path] of Object.entries(hostile)) {
    test(name, async () => {
      const network = new SimulatedNetwork(17);
      network.path = path;
      network.append('queued');
      const seen = start(network);
      await network.time.run(30 * MINUTE);
      assert.equal(seen.over, false);
      assertFloor(network);
      assert.ok(network.requests.length < 30 * 8, `${network.requests.length} requests in 30 minutes`);
      network.path = {};
      network.append('succeeded');
      assert.ok(await network.time.runUntil(() => seen.over, 2 * MINUTE), 'and it recovers');
    });
  }
});

test('what Tidings refuses for good ends the watch with its words', async () => {
  const network = new SimulatedNetwork(18);
  const {environment} = network;
  const gone = {
    ...environment,
    fetch: async () =>
      new Response('{"title":"Not found","status":404,"detail":"There is no such job."}', {
        status: 404,
        headers: {'Content-Type': 'application/problem+json'},
      }),
  };
  const seen = start(network, {environment: gone});
  await network.time.run(1_000);
  assert.equal(seen.error.name, 'TidingsError');
  assert.equal(seen.error.status, 404);
  assert.equal(seen.error.message, 'There is no such job.');
});

describe('a link that leads nowhere', () => {
  test('ends the watch with an error after six answers, as where a proxy rewrites the path and the links do not', async () => {
    const network = new SimulatedNetwork(40);
    network.path = {blocks: 'all', blockStatus: 404};
    const seen = start(network);
    assert.ok(await network.time.runUntil(() => seen.over, MINUTE));
    assert.equal(seen.error.status, 404);
    assert.match(seen.error.message, /^Tidings is not at /);
    assert.equal(network.requests.length, 6);
  });

  test('is an outage once Tidings has answered, such as a redeployment', async () => {
    const network = new SimulatedNetwork(41);
    network.append('queued');
    const seen = start(network);
    await network.time.run(5_000);
    network.path = {blocks: 'all', blockStatus: 404};
    network.breakAll();
    await network.time.run(5 * MINUTE);
    network.path = {};
    network.append('succeeded', {result: null});
    assert.ok(await network.time.runUntil(() => seen.over, 2 * MINUTE));
    assert.equal(seen.error, null);
  });

  test('no two requests have the same URL, so that no cache can answer', async () => {
    const network = new SimulatedNetwork(42);
    network.append('queued');
    start(network);
    await network.time.run(2 * 60 * MINUTE);
    const urls = network.requests.map(({url}) => String(url));
    assert.ok(urls.length > 5);
    assert.equal(new Set(urls).size, urls.length);
  });
});

test('a sign-out ends the watch, and who has seen the end already is told so', async () => {
  const signedOut = new SimulatedNetwork(26);
  const answer = () =>
    new Response('{"title":"Unauthorized","status":401}', {
      status: 401,
      headers: {'Content-Type': 'application/problem+json'},
    });
  const seen = start(signedOut, {environment: {...signedOut.environment, fetch: async () => answer()}});
  await signedOut.time.run(1_000);
  assert.equal(seen.error.status, 401);

  const network = new SimulatedNetwork(27);
  network.append('queued');
  network.append('succeeded');
  const late = start(network, {cursor: 2});
  await network.time.run(1_000);
  assert.ok(late.over && !late.error);
  assert.deepEqual(late.events, []);
  assert.equal(network.requests.length, 1, 'a 204 is the end');
});

test('another job’s events, which a confused cache gave out, are not taken', async () => {
  const network = new SimulatedNetwork(19);
  network.append('queued');
  network.append('log', {job: 'j2', message: 'not yours'});
  const seen = start(network);
  await network.time.run(5 * MINUTE);
  assert.deepEqual(
    seen.events.map((event) => event.job),
    ['j1'],
  );
});

test('an abort ends the watch at once, and nothing is left behind', async () => {
  for (const path of [{}, {holds: 'whole'}, {down: 'error'}]) {
    const network = new SimulatedNetwork(20);
    network.path = path;
    network.append('queued');
    const life = new AbortController();
    const seen = start(network, {signal: life.signal});
    await network.time.run(17_000);
    life.abort();
    await network.time.run(1);
    assert.equal(seen.error.name, 'AbortError');
    await network.time.run(60_000);
    assert.equal(network.time.pending, 0);
  }
});

test('a snapshot comes first without a cursor, and a reset when the cursor is from the future', async () => {
  const network = new SimulatedNetwork(21);
  network.append('queued');
  network.append('log');
  const fresh = start(network, {cursor: undefined});
  const future = start(network, {cursor: 99});
  await network.time.run(1_000);
  network.append('succeeded');
  await network.time.run(1_000);
  assert.deepEqual(
    fresh.events.map(({type, seq}) => [type, seq]),
    [
      ['snapshot', 2],
      ['succeeded', 3],
    ],
  );
  assert.deepEqual(
    future.events.map(({type, seq}) => [type, seq]),
    [
      ['snapshot', 2],
      ['succeeded', 3],
    ],
  );
  assert.ok(fresh.over && future.over);
  assert.equal(fresh.watch.job.state, 'succeeded');
});

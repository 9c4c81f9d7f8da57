import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {watchMine} from '../../../webapp/tidings/my-jobs.js';
import {FLOOR_MS} from '../../../webapp/tidings/retry.js';
import {printedSeed, randomFrom} from './support/random.js';
import {SimulatedJobs} from './support/simulated-jobs.js';

const MINUTE = 60_000;
const BASE = 'http://portal.test/tidings/';
const rounds = Number(process.env.TIDINGS_ROUNDS ?? 500);

/** A tab that watches, and what it was told. */
function open(network, options) {
  const tab = network.tab(options);
  tab.mine = watchMine({base: BASE, environment: tab.environment});
  tab.changes = [];
  tab.mine.addEventListener('change', ({detail}) => tab.changes.push([detail.id, detail.job.state]));
  tab.mine.addEventListener('deleted', ({detail}) => tab.changes.push([detail.id, 'deleted']));
  return tab;
}

const states = (jobs) =>
  Object.fromEntries(
    [...jobs].map(([id, job]) => [id, `${job.state} ${job.seq} ${job.started ?? '-'}`]).sort(),
  );

describe('the states of all own jobs', () => {
  test('are told as they change, also of jobs that are submitted later, until they are deleted', async () => {
    const network = new SimulatedJobs(1);
    const first = network.add();
    const tab = open(network);
    await network.time.run(500);
    assert.ok(!tab.mine.ready, 'not before all snapshots are through');
    await network.time.run(4_000);
    assert.ok(tab.mine.ready);
    network.step(first, 'started');
    const second = network.add();
    await network.time.run(500);
    network.step(second, 'started');
    network.step(first, 'succeeded');
    await network.time.run(500);
    network.remove(first);
    await network.time.run(500);
    assert.deepEqual(states(tab.mine.jobs), states(network.jobs));
    assert.deepEqual(
      tab.changes.filter(([id]) => id === first),
      [
        [first, 'queued'],
        [first, 'running'],
        [first, 'succeeded'],
        [first, 'deleted'],
      ],
    );
  });

  test('nothing is lost of a job that was submitted a moment ago, while it is looked up', async () => {
    const network = new SimulatedJobs(11);
    const tab = open(network);
    await network.time.run(5_000);
    network.path = {latencyMs: 300};
    const id = network.add();
    await network.time.run(100);
    network.step(id, 'started');
    network.step(id, 'succeeded');
    await network.time.run(1_000);
    assert.equal(tab.mine.jobs.get(id).state, 'succeeded');
    assert.notEqual(tab.mine.jobs.get(id).started, undefined);
  });

  test('can be iterated: of quick changes the newest, and a deletion as null', async () => {
    const network = new SimulatedJobs(2);
    const id = network.add();
    const tab = open(network);
    const told = [];
    (async () => {
      for await (const {job} of tab.mine) told.push(job && job.state);
    })();
    await network.time.run(500);
    network.step(id, 'started');
    network.step(id, 'succeeded');
    await network.time.run(500);
    network.remove(id);
    await network.time.run(500);
    tab.mine.close();
    assert.equal(told[0], 'queued');
    assert.deepEqual(told.slice(-2), ['succeeded', null]);
  });

  test('what was deleted while nobody listened is found out', async () => {
    const network = new SimulatedJobs(3);
    const [gone, stays] = [network.add(), network.add()];
    const tab = open(network);
    await network.time.run(5_000);
    network.path = {down: 'error'};
    network.breakAll();
    network.remove(gone);
    network.step(stays, 'succeeded');
    await network.time.run(5_000);
    network.path = {};
    await network.time.run(MINUTE);
    assert.deepEqual(states(tab.mine.jobs), states(network.jobs));
  });

  test('behind a gateway that holds streams back they are polled', async () => {
    const network = new SimulatedJobs(4);
    network.path = {holds: 'whole'};
    const ids = [network.add(), network.add()];
    const tab = open(network);
    await network.time.run(6_000);
    assert.deepEqual(states(tab.mine.jobs), states(network.jobs));
    network.step(ids[0], 'succeeded');
    network.remove(ids[1]);
    await network.time.run(12_000);
    assert.deepEqual(states(tab.mine.jobs), states(network.jobs));
    assert.equal(tab.mine.connection.rung, 'poll');
  });

  test('a list that bytes cut short is not taken for all there is', async () => {
    const network = new SimulatedJobs(13);
    network.path = {holds: 'whole'};
    network.pageSize = 3;
    const ids = Array.from({length: 5}, () => network.add());
    const tab = open(network);
    for (const id of ids) tab.mine.put(network.jobs.get(id));
    for (const id of ids) network.step(id, 'succeeded');
    await network.time.run(20_000);
    const before = network.requests.length;
    await network.time.run(MINUTE);
    assert.equal(tab.mine.jobs.size, 5);
    const lookUps = network.requests.slice(before).filter(({url}) => /jobs\/j/.test(url.pathname));
    assert.deepEqual(lookUps, [], 'older finished jobs are not looked up again and again');
  });

  test('all watchers of a page share one stream, which ends with the last of them', async () => {
    const network = new SimulatedJobs(5);
    network.add();
    const tab = open(network);
    const second = watchMine({base: BASE, environment: tab.environment});
    await network.time.run(1_000);
    assert.equal(network.streams, 1);
    assert.equal(second.jobs.size, 1);
    tab.mine.close();
    await network.time.run(10);
    assert.equal(network.streams, 1);
    second.close();
    await network.time.run(10);
    assert.equal(network.streams, 0);
    await network.time.run(2 * MINUTE);
    assert.equal(network.time.pending, 0);
  });
});

describe('tabs of one browser', () => {
  test('have one stream between them, and all know all', async () => {
    const network = new SimulatedJobs(6);
    network.add();
    const tabs = Array.from({length: 12}, () => open(network));
    await network.time.run(10_000);
    assert.equal(network.streams, 1);
    // Each tab asks once who is signed in.
    assert.equal(network.requests.filter(({kind}) => kind === 'stream').length, 12);
    const late = open(network);
    await network.time.run(100);
    const id = network.add();
    network.step(id, 'succeeded');
    await network.time.run(200);
    for (const tab of [...tabs, late]) assert.deepEqual(states(tab.mine.jobs), states(network.jobs));
  });

  test('when the leader closes another takes over, and an end in between is not missed', async () => {
    const network = new SimulatedJobs(7);
    const id = network.add();
    const tabs = [open(network), open(network), open(network)];
    await network.time.run(10_000);
    tabs[0].close();
    network.step(id, 'succeeded');
    await network.time.run(2_000);
    assert.equal(network.streams, 1);
    for (const tab of tabs.slice(1)) {
      assert.deepEqual(states(tab.mine.jobs), states(network.jobs));
      assert.ok(tab.changes.some(([, state]) => state === 'succeeded'));
    }
  });

  test('when the leader is frozen the others read for themselves, and stop when it speaks again', async () => {
    const network = new SimulatedJobs(8);
    const id = network.add();
    const [leader, follower] = [open(network), open(network)];
    await network.time.run(10_000);
    leader.frozen = true;
    network.step(id, 'started');
    await network.time.run(MINUTE);
    assert.equal(follower.mine.jobs.get(id).state, 'running');
    assert.equal(network.streams, 2);
    leader.thaw();
    await network.time.run(MINUTE);
    assert.equal(network.streams, 1);
  });

  test('a page that went to the back/forward cache gives the lead away, and follows when it is back', async () => {
    const network = new SimulatedJobs(9);
    const id = network.add();
    const [first, second] = [open(network), open(network)];
    await network.time.run(10_000);
    first.hint('hidden');
    await network.time.run(10_000);
    network.step(id, 'succeeded');
    await network.time.run(100);
    assert.equal(second.mine.jobs.get(id).state, 'succeeded');
    assert.equal(first.mine.jobs.get(id).state, 'queued');
    first.hint('shown');
    await network.time.run(2_000);
    assert.equal(first.mine.jobs.get(id).state, 'succeeded');
    assert.equal(network.streams, 1);
  });

  test('without Web Locks each has its own', async () => {
    const network = new SimulatedJobs(10);
    const id = network.add();
    const tabs = [open(network, {shares: false}), open(network, {shares: false})];
    await network.time.run(5_000);
    network.step(id, 'failed');
    await network.time.run(100);
    assert.equal(network.streams, 2);
    for (const tab of tabs) assert.equal(tab.mine.jobs.get(id).state, 'failed');
  });

  test('behind a gateway that holds streams back one tab polls for all', async () => {
    const network = new SimulatedJobs(12);
    network.path = {holds: 'whole'};
    network.add();
    const tabs = [open(network), open(network), open(network)];
    await network.time.run(20_000);
    const before = network.requests.length;
    const id = network.add();
    await network.time.run(MINUTE);
    for (const tab of tabs) assert.equal(tab.mine.jobs.get(id).state, 'queued');
    const polls = network.requests.slice(before).filter(({kind}) => kind !== 'stream').length;
    assert.ok(polls <= 31, `${polls} polls of three tabs in a minute`);
  });
});

describe('another user in the same browser', () => {
  const titles = (tab) => [...tab.mine.jobs.values()].map(({id}) => id);

  test('sees nothing of the first one’s jobs in the next tab, although the first tab is still open', async () => {
    const network = new SimulatedJobs(20);
    const first = network.add();
    const alice = open(network);
    await network.time.run(10_000);
    network.user = 'bob';
    const second = network.add();
    network.heard.length = 0;
    const bob = open(network);
    await network.time.run(10_000);
    network.step(first, 'started');
    network.step(second, 'started');
    await network.time.run(10_000);
    assert.deepEqual(titles(bob), [second]);
    assert.ok(bob.changes.every(([id]) => id === second));
    // The first tab learns that somebody else is signed in, and becomes theirs.
    assert.deepEqual(titles(alice), [second]);
    assert.ok(
      !network.heard.some((said) => said.includes('alice')),
      'nothing of alice is said to bob’s tabs',
    );
  });

  test('and the first one at the same time each have tabs, a leader and a channel of their own', async () => {
    const network = new SimulatedJobs(25);
    const mine = {alice: network.add(), bob: ((network.user = 'bob'), network.add())};
    const tabs = ['alice', 'bob', 'alice', 'bob'].map((as) => ({as, ...open(network, {as})}));
    await network.time.run(10_000);
    for (const id of Object.values(mine)) network.step(id, 'started');
    await network.time.run(MINUTE);
    for (const {as, mine: watch, changes} of tabs) {
      assert.deepEqual([...watch.jobs.keys()], [mine[as]]);
      assert.deepEqual(new Set(changes.map(([id]) => id)), new Set([mine[as]]));
    }
    assert.equal(network.streams, 2);
    assert.ok(network.requests.length < 20, `${network.requests.length} requests`);
  });

  test('gets none of the first one’s jobs by a tab that was frozen meanwhile', async () => {
    const network = new SimulatedJobs(21);
    const first = network.add();
    const alice = open(network);
    await network.time.run(10_000);
    alice.frozen = true;
    network.user = 'bob';
    const bob = open(network);
    await network.time.run(5_000);
    network.step(first, 'started');
    await network.time.run(5_000);
    alice.thaw();
    await network.time.run(20 * MINUTE);
    assert.deepEqual(bob.changes, []);
    assert.deepEqual(titles(bob), []);
    assert.deepEqual(titles(alice), [], 'after the rotation at the latest');
  });

  test('submits from a tab of the first one: that job is told to no other tab of theirs', async () => {
    const network = new SimulatedJobs(22);
    network.add();
    const tabs = [open(network), open(network)];
    await network.time.run(10_000);
    network.user = 'bob';
    const second = network.add();
    tabs[0].mine.put(network.jobs.get(second));
    await network.time.run(10_000);
    for (const tab of tabs) assert.deepEqual(titles(tab), [second]);
  });

  test('with two of them by turns in one browser nothing is ever told across', async () => {
    const random = randomFrom(23);
    const network = new SimulatedJobs(23);
    const pick = (...values) => values[Math.floor(random() * values.length)];
    const tabs = [];
    for (let act = 0; act < 400; act++) {
      const lot = random();
      const ids = network.of(network.user).map(({id}) => id);
      if (lot < 0.1) network.user = pick('alice', 'bob');
      else if (lot < 0.3) tabs.push(open(network));
      else if (lot < 0.4 && tabs.length > 1) tabs.shift().close();
      else if (lot < 0.6 || ids.length === 0) network.add();
      else network.step(pick(...ids), 'started');
      await network.time.run(random() * 3_000);
      for (const {mine} of tabs) {
        const owners = new Set([...mine.jobs.values()].map(({owner}) => owner));
        assert.ok(owners.size <= 1, `act ${act}: jobs of ${[...owners]} in one tab`);
      }
    }
    await network.time.run(20 * MINUTE);
    for (const tab of tabs) {
      assert.ok([...tab.mine.jobs.values()].every(({owner}) => owner === network.user));
    }
  });

  test('when nobody is signed in any more the jobs are gone from the page, and a later watch reads anew', async () => {
    const network = new SimulatedJobs(24);
    network.add();
    const tab = open(network);
    await network.time.run(10_000);
    let error;
    tab.mine.addEventListener('error', ({detail}) => (error = detail));
    network.user = null;
    network.breakAll();
    await network.time.run(10_000);
    assert.equal(error.status, 401);
    assert.equal(tab.mine.jobs.size, 0);
    network.user = 'alice';
    const again = watchMine({base: BASE, environment: tab.environment});
    await network.time.run(10_000);
    assert.equal(again.jobs.size, 1);
  });
});

test(
  `${rounds} random schedules of tabs, jobs and paths: all tabs come to know the truth, and every end`,
  {timeout: 600_000},
  async () => {
    const first = printedSeed();
    for (let round = 0; round < rounds; round++) {
      // The first is one in which a tab missed an end that its new leader already knew.
      const seed = round === 0 ? 2053015900 : first + round;
      const random = randomFrom(seed);
      const network = new SimulatedJobs(seed);
      const pick = (...values) => values[Math.floor(random() * values.length)];
      const path = () => ({
        latencyMs: random() * 300,
        holds: pick('none', 'none', 'whole', 'last'),
        cutMs: pick(undefined, undefined, 3_000 + random() * 60_000),
        how: pick('end', 'error'),
      });
      try {
        const shares = random() < 0.8;
        let tabs = [open(network, {shares})];
        const ended = new Set();
        for (let act = 10 + Math.floor(random() * 40); act > 0; act--) {
          const ids = [...network.jobs.keys()].filter((id) => !ended.has(id));
          const lot = random();
          if (lot < 0.2 || ids.length === 0) network.add();
          else if (lot < 0.5) network.step(pick(...ids), pick('started', 'progress', 'log', 'progress'));
          else if (lot < 0.6) {
            const id = pick(...ids);
            network.step(id, pick('succeeded', 'failed', 'cancelled'));
            ended.add(id);
          } else if (lot < 0.65 && ended.size > 0) {
            const id = pick(...ended);
            if (network.jobs.has(id)) network.remove(id);
          } else if (lot < 0.72) tabs.push(open(network, {shares}));
          else if (lot < 0.8 && tabs.length > 1)
            tabs.splice(Math.floor(random() * tabs.length), 1)[0].close();
          else if (lot < 0.84) pick(...tabs).frozen = true;
          else if (lot < 0.88) tabs.forEach((tab) => tab.thaw());
          else if (lot < 0.94) network.change(random() < 0.3 ? {down: pick('error', 'hang')} : path());
          await network.time.run(random() * pick(100, 2_000, 30_000));
        }
        tabs.forEach((tab) => tab.thaw());
        network.change(path());
        await network.time.run(5 * MINUTE);
        tabs.forEach((tab, at) =>
          assert.deepEqual(states(tab.mine.jobs), states(network.jobs), `tab ${at} of ${tabs.length}`),
        );
        for (const tab of tabs) {
          for (const id of ended) {
            const told = tab.changes.filter(([of]) => of === id).map(([, state]) => state);
            assert.ok(
              told.length === 0 || ['succeeded', 'failed', 'cancelled', 'deleted'].includes(told.at(-1)),
              `${id}: ${told}`,
            );
          }
        }
        if (shares) assert.ok(network.streams <= 1, `${network.streams} streams`);
        const reads = network.requests.filter(({url}) => !/jobs\/j/.test(url.pathname));
        if (tabs.length === 1 && network.requests.length < 3)
          reads.forEach(({atMs}, at) => at && assert.ok(atMs - reads[at - 1].atMs >= FLOOR_MS));
        tabs.forEach((tab) => tab.mine.close());
        await network.time.run(2 * MINUTE);
        assert.equal(network.streams, 0, 'no stream is left');
      } catch (error) {
        error.message = `seed ${seed} (round ${round}): ${error.message}`;
        throw error;
      }
    }
    console.log(`${rounds} schedules`);
  },
);

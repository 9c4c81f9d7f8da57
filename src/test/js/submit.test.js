import assert from 'node:assert/strict';
import {test} from 'node:test';
import {cancel, remove, submit} from '../../../webapp/tidings/api.js';
import {SimulatedNetwork} from './support/simulated-network.js';

const BASE = 'http://portal.test/tidings/';

/** Answers one after the other; the last one for ever. */
function server(...answers) {
  const requests = [];
  const send = async (request) => {
    requests.push({...request, body: request.body?.()});
    const [status, body, headers = {}] = answers.length > 1 ? answers.shift() : answers[0];
    const all = {
      'Content-Type':
        typeof body === 'string'
          ? 'text/html'
          : status < 400
            ? 'application/json'
            : 'application/problem+json',
      ...headers,
    };
    return {
      status,
      header: (name) => (status ? (all[name] ?? null) : null),
      text: typeof body === 'string' ? body : JSON.stringify(body),
    };
  };
  return {requests, send};
}

/** Lets virtual time run until the promise is settled. */
async function settle(network, promise) {
  let outcome;
  promise.then(
    (value) => (outcome = {value}),
    (error) => (outcome = {error}),
  );
  await network.time.runUntil(() => outcome, 60 * 60_000);
  return outcome;
}

test('a submission without files is JSON, with a key', async () => {
  const network = new SimulatedNetwork(1);
  const {requests, send} = server([202, {id: 'j1'}]);
  const {value} = await settle(
    network,
    submit({type: 'countdown', params: {steps: 3}, base: BASE, send, environment: network.environment}),
  );
  assert.deepEqual(value, {id: 'j1'});
  assert.equal(requests[0].url, `${BASE}api/jobs`);
  assert.equal(requests[0].headers['Content-Type'], 'application/json');
  assert.match(requests[0].headers['Idempotency-Key'], /^"[0-9a-f]{32}"$/);
  assert.deepEqual(JSON.parse(requests[0].body), {type: 'countdown', params: {steps: 3}});
});

test('files go along as multipart, the job first and as JSON', async () => {
  const network = new SimulatedNetwork(1);
  const {requests, send} = server([202, {id: 'j1'}]);
  const files = [new File(['one'], 'märz.csv'), new File(['two'], 'b.csv')];
  await settle(
    network,
    submit({type: 'csv-profile', files, base: BASE, send, environment: network.environment}),
  );
  const parts = [...requests[0].body.entries()];
  assert.deepEqual(
    parts.map(([name, part]) => [name, part.name]),
    [
      ['job', 'job.json'],
      ['file', 'märz.csv'],
      ['file', 'b.csv'],
    ],
  );
  assert.equal(parts[0][1].type, 'application/json');
  assert.equal(requests[0].headers['Content-Type'], undefined);
});

test('what fails on the way is tried again with the same key and a fresh body', async () => {
  const network = new SimulatedNetwork(2);
  const {requests, send} = server(
    [0, ''],
    [502, '<html>'],
    [200, '<html>a login page'],
    [503, {title: 'draining'}, {'Retry-After': '7'}],
    [202, {id: 'j1'}],
  );
  const startedMs = network.time.nowMs;
  const waits = [];
  const {value} = await settle(
    network,
    submit({
      type: 't',
      files: [new File(['x'], 'x')],
      base: BASE,
      send,
      environment: network.environment,
      onWaiting: (ms) => waits.push(ms),
    }),
  );
  assert.equal(value.id, 'j1');
  assert.equal(new Set(requests.map(({headers}) => headers['Idempotency-Key'])).size, 1);
  assert.equal(new Set(requests.map(({body}) => body)).size, 5);
  assert.ok(waits.every((ms) => ms >= 500) && waits[3] >= 7_000, `${waits}`);
  assert.ok(network.time.nowMs - startedMs >= 8_500);
});

test('what Tidings refuses is told at once, in its words', async () => {
  const network = new SimulatedNetwork(3);
  const {requests, send} = server([
    422,
    {title: 'Unprocessable', status: 422, detail: 'params.steps: must be at least 1'},
  ]);
  const {error} = await settle(
    network,
    submit({type: 't', base: BASE, send, environment: network.environment}),
  );
  assert.equal(error.status, 422);
  assert.equal(error.message, 'params.steps: must be at least 1');
  assert.equal(requests.length, 1);
});

test('what is never reached is told after six tries', async () => {
  const network = new SimulatedNetwork(4);
  const {requests, send} = server([0, '']);
  const {error} = await settle(
    network,
    submit({type: 't', base: BASE, send, environment: network.environment}),
  );
  assert.equal(error.status, 0);
  assert.equal(requests.length, 6);
});

test('an abort ends the waiting', async () => {
  const network = new SimulatedNetwork(5);
  const {send} = server([0, '']);
  const life = new AbortController();
  const submitted = submit({
    type: 't',
    base: BASE,
    send,
    environment: network.environment,
    signal: life.signal,
  });
  network.time.later(() => life.abort(), 100);
  const {error} = await settle(network, submitted);
  assert.equal(error.name, 'AbortError');
  assert.equal(network.time.pending, 0);
});

test('jobs are named by id or by their link', async () => {
  const network = new SimulatedNetwork(6);
  const {requests, send} = server([202, {id: 'j1'}]);
  const options = {base: BASE, send, environment: network.environment};
  await settle(network, cancel('j1', options));
  await settle(network, cancel('/tidings/api/jobs/j1', options));
  await settle(network, cancel(new URL('api/jobs/j1', BASE), options));
  assert.deepEqual(
    new Set(requests.map(({method, url}) => `${method} ${url}`)),
    new Set([`POST ${BASE}api/jobs/j1/cancel`]),
  );
});

test('deleting what is gone is no error, since the first try may have done it', async () => {
  const network = new SimulatedNetwork(7);
  const {requests, send} = server([0, ''], [404, {title: 'Not found', status: 404}]);
  const {error} = await settle(network, remove('j1', {base: BASE, send, environment: network.environment}));
  assert.equal(error, undefined);
  assert.equal(requests.length, 2);
});

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {conclude, judgePoll, judgeStream, lateness} from '../../../webapp/portal/path-verdict.js';

const EVENTS = Array.from({length: 10}, (_, at) => ({n: at + 1, ms: 250 + 200 * at, sentMs: 200 * at}));
const clear = {
  status: 200,
  type: 'text/event-stream',
  headersMs: 40,
  helloMs: 42,
  events: EVENTS,
  ended: true,
  tookMs: 2_100,
  encoding: '',
};
const answered = {
  status: 200,
  type: 'application/json',
  askedS: 25,
  waitedS: 25,
  tookMs: 25_010,
  late: false,
};

test('a clear path is called clear', () => {
  const finding = judgeStream(clear);
  assert.equal(finding.mark, 'good');
  assert.match(finding.detail, /none later than 0 ms/);
  assert.equal(
    conclude(finding, judgePoll(answered), judgePoll({...answered, askedS: 0, tookMs: 5})).mark,
    'good',
  );
});

test('lateness is counted from the quickest message, whatever the clocks say', () => {
  assert.deepEqual(
    lateness([
      {n: 1, ms: 10_300, sentMs: 0},
      {n: 2, ms: 10_200, sentMs: 200},
    ]),
    [300, 0],
  );
});

const BAD = {
  'held until the end, the headers too': {
    ...clear,
    status: 0,
    type: '',
    headersMs: null,
    helloMs: null,
    events: [],
    ended: false,
    tookMs: 15_000,
  },
  'open but mute': {...clear, helloMs: null, events: [], ended: false, tookMs: 15_000},
  'all in a lump': {...clear, helloMs: 2_100, events: EVENTS.map((event) => ({...event, ms: 2_100}))},
  'cut in the middle': {...clear, events: EVENTS.slice(0, 4), ended: false, tookMs: 1_000},
  'a page instead': {...clear, type: 'text/html', helloMs: null, events: []},
  forbidden: {...clear, status: 403, type: 'text/html', helloMs: null, events: []},
};
for (const [name, probe] of Object.entries(BAD)) {
  test(`a stream that is ${name} does not count`, () => assert.equal(judgeStream(probe).mark, 'bad'));
}

test('one that holds the last message back is told from one that is clear', () => {
  const events = EVENTS.map((event, at) => ({...event, ms: at < 9 ? event.ms + 200 : event.ms + 5}));
  assert.equal(judgeStream({...clear, events}).mark, 'unsure');
});

test('long requests: answered, cut, late, from a cache', () => {
  assert.equal(judgePoll(answered).mark, 'good');
  assert.equal(judgePoll({...answered, status: 0, tookMs: 12_000}).mark, 'bad');
  assert.equal(judgePoll({...answered, status: 504, type: 'text/html', tookMs: 20_000}).mark, 'bad');
  assert.equal(judgePoll({...answered, late: true, tookMs: 35_000}).mark, 'bad');
  assert.equal(judgePoll({...answered, tookMs: 20}).mark, 'unsure');
});

test('the transport that will be used is said', () => {
  const [good, bad] = [
    {mark: 'good', title: '', detail: ''},
    {mark: 'bad', title: '', detail: ''},
  ];
  assert.match(conclude(bad, good, good).detail, /long poll/);
  assert.match(conclude(bad, bad, good).title, /short requests/);
  assert.match(conclude(bad, bad, bad).title, /cannot be reached/);
});

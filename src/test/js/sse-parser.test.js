import assert from 'node:assert/strict';
import {test} from 'node:test';
import {SseParser} from '../../../webapp/tidings/sse-parser.js';
import {printedSeed, randomFrom} from './support/random.js';

const parse = (...pieces) => {
  const parser = new SseParser();
  return {blocks: pieces.flatMap((piece) => parser.push(piece)), parser};
};

// Each with what WHATWG HTML §9.2.6 makes of it.
const FIXTURES = [
  ['data: one\n\n', [['message', 'one']]],
  ['data:one\ndata: two\n\n', [['message', 'one\ntwo']]],
  ['data:  two spaces\n\n', [['message', ' two spaces']]],
  ['event: hello\ndata: {}\n\n', [['hello', '{}']]],
  ['event: nothing\n\ndata: next\n\n', [['message', 'next']]],
  ['data\n\n', [['message', '']]],
  ['data:\ndata:\n\n', [['message', '\n']]],
  [': a comment\n\n', []],
  ['unknown: field\ndata: x\n\n', [['message', 'x']]],
  ['data: x\r\ndata: y\r\n\r\n', [['message', 'x\ny']]],
  ['data: x\rdata: y\r\r', [['message', 'x\ny']]],
  [
    'data: x\r\rdata: y\n\n',
    [
      ['message', 'x'],
      ['message', 'y'],
    ],
  ],
  ['data: Zürich 東京 🎉 \u2028 \u2029\n\n', [['message', 'Zürich 東京 🎉 \u2028 \u2029']]],
  ['data: {"a":"b: c"}\nid: 7\n\n', [['message', '{"a":"b: c"}']]],
  ['data: incomplete\n', []],
  ['data: incomplete', []],
];

for (const [text, expected] of FIXTURES) {
  test(`reads ${JSON.stringify(text)}`, () => {
    assert.deepEqual(
      parse(text).blocks.map(({event, data}) => [event, data]),
      expected,
    );
  });
}

test('reads the same wherever the text is cut', () => {
  const seed = printedSeed();
  const random = randomFrom(seed);
  for (let round = 0; round < 2_000; round++) {
    const text = Array.from({length: 4}, () => FIXTURES[Math.floor(random() * FIXTURES.length)][0]).join('');
    const pieces = [];
    for (let at = 0; at < text.length;) {
      const next = at + 1 + Math.floor(random() * 6);
      pieces.push(text.slice(at, next));
      at = next;
    }
    assert.deepEqual(parse(...pieces).blocks, parse(text).blocks, `seed ${seed}, round ${round}`);
  }
});

test('keeps the last retry that is a number', () => {
  assert.equal(parse('retry: 1500\n\nretry: soon\n\n').parser.retryMs, 1500);
});

test('gives up on a block without end', () => {
  const parser = new SseParser();
  assert.throws(() => {
    for (let i = 0; i < 20; i++) parser.push('x'.repeat(1024 * 1024));
  }, RangeError);
});

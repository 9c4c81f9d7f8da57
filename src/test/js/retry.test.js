import assert from 'node:assert/strict';
import {test} from 'node:test';
import {FLOOR_MS, retryAfterMs, retryDelayMs} from '../../../webapp/tidings/retry.js';

test('a delay lies between the floor and a ceiling that doubles up to 30 s', () => {
  for (const [failures, ceilingMs] of [
    [0, 1_000],
    [1, 2_000],
    [4, 16_000],
    [5, 30_000],
    [1_000, 30_000],
  ]) {
    assert.equal(
      retryDelayMs(failures, () => 0),
      FLOOR_MS,
    );
    assert.equal(
      retryDelayMs(failures, () => 1),
      ceilingMs,
    );
  }
});

const answer =
  (retryAfter, date = null) =>
  (name) =>
    name === 'Retry-After' ? retryAfter : date;

test('Retry-After is read as seconds or as a date', () => {
  const nowMs = Date.parse('2026-11-24T12:00:00Z');
  assert.equal(retryAfterMs(answer('7'), nowMs), 7_000);
  assert.equal(retryAfterMs(answer(' 7 '), nowMs), 7_000);
  assert.equal(retryAfterMs(answer('Tue, 24 Nov 2026 12:00:05 GMT'), nowMs), 5_000);
});

test('a date in Retry-After is compared with the answer’s own date: this machine’s clock may be an hour off', () => {
  const header = answer('Tue, 24 Nov 2026 12:00:05 GMT', 'Tue, 24 Nov 2026 12:00:00 GMT');
  assert.equal(retryAfterMs(header, Date.parse('2026-11-24T13:00:00Z')), 5_000);
  assert.equal(retryAfterMs(header, Date.parse('2026-11-24T11:00:00Z')), 5_000);
});

test('a Retry-After that is missing, past, garbage or endless does no harm', () => {
  assert.equal(retryAfterMs(answer(null), 0), 0);
  assert.equal(retryAfterMs(answer('soon'), 0), 0);
  assert.equal(retryAfterMs(answer('-5'), 0), 0);
  assert.equal(retryAfterMs(answer('Tue, 24 Nov 2020 12:00:05 GMT'), Date.parse('2026-11-24')), 0);
  assert.equal(retryAfterMs(answer('99999999999'), 0), 600_000);
});

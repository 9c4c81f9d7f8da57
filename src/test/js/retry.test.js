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

test('Retry-After is read as seconds or as a date', () => {
  const nowMs = Date.parse('2026-11-24T12:00:00Z');
  assert.equal(retryAfterMs('7', nowMs), 7_000);
  assert.equal(retryAfterMs(' 7 ', nowMs), 7_000);
  assert.equal(retryAfterMs('Tue, 24 Nov 2026 12:00:05 GMT', nowMs), 5_000);
});

test('a Retry-After that is missing, past, garbage or endless does no harm', () => {
  assert.equal(retryAfterMs(null, 0), 0);
  assert.equal(retryAfterMs('soon', 0), 0);
  assert.equal(retryAfterMs('-5', 0), 0);
  assert.equal(retryAfterMs('Tue, 24 Nov 2020 12:00:05 GMT', Date.parse('2026-11-24')), 0);
  assert.equal(retryAfterMs('99999999999', 0), 600_000);
});

// The same histories as the Java client's LadderTest: both clients decide alike.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, test} from 'node:test';
import {Ladder} from '../../../webapp/tidings/ladder.js';
import {ROOT} from './support/tools.js';

const FILE = join(ROOT, 'src/test/resources/dev/tidings/client/ladder.json');
const {random, histories} = JSON.parse(readFileSync(FILE, 'utf8'));

describe('the ladder', () => {
  for (const {name, steps} of histories) {
    test(name, () => {
      const ladder = new Ladder({random: () => random});
      let nowMs = 0;
      steps.forEach(({expect, outcome, pauseMs, failures}, at) => {
        assert.deepEqual(ladder.plan(nowMs), expect, `step ${at}`);
        nowMs += outcome.tookMs ?? 0;
        assert.equal(Math.round(ladder.report(outcome, nowMs)), pauseMs, `the pause after step ${at}`);
        assert.equal(ladder.failures, failures, `failures after step ${at}`);
        nowMs += pauseMs;
      });
    });
  }
});

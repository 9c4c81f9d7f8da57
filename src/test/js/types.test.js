// The types of all modules, of tidings.d.ts, and of both to each other.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {test} from 'node:test';
import {MODULES, ROOT, missing} from './support/tools.js';

test('all types are right', {skip: missing('typescript')}, () => {
  const {status, stdout} = spawnSync(join(MODULES, '.bin/tsc'), ['-p', join(ROOT, 'src/test/js/types')], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout);
});

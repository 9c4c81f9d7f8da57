// Prettier's form, which no reader has to think about.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {test} from 'node:test';
import {MODULES, ROOT, missing} from './support/tools.js';

test('every module has the form that Prettier gives it', {skip: missing('prettier')}, () => {
  const {status, stdout, stderr} = spawnSync(
    join(MODULES, '.bin/prettier'),
    ['--check', 'webapp', 'src/test/js'],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  );
  assert.equal(status, 0, `run ${MODULES}.bin/prettier --write webapp src/test/js\n${stdout}${stderr}`);
});

// The types of all modules, and the declarations that are made of them for pages in TypeScript.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {declarations, missingTools} from './support/declare.js';
import {MODULES, ROOT, WEBAPP} from './support/tools.js';

function check(config) {
  const arguments_ = ['-p', join(ROOT, 'src/test/js/types', config)];
  const {status, stdout} = spawnSync(join(MODULES, '.bin/tsc'), arguments_, {encoding: 'utf8'});
  assert.equal(status, 0, stdout);
}

test('all types of the modules are right', {skip: missingTools}, () => check('tsconfig.json'));

test(
  'the declarations are made of the modules as they are: else run src/test/js/support/declare.js',
  {
    skip: missingTools,
  },
  async () => {
    for (const [name, text] of Object.entries(await declarations())) {
      assert.equal(readFileSync(join(WEBAPP, name), 'utf8'), text, name);
    }
  },
);

test('what the documents say can be written in TypeScript', {skip: missingTools}, () => check('usage.json'));

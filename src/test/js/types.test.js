// The types of all modules, of tidings.d.ts, and of both to each other.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
// `npm install --prefix target/tsc typescript`, as .ci/run does, or one that is installed.
const tsc = [join(root, 'target/tsc/node_modules/.bin'), ...(process.env.PATH ?? '').split(delimiter)].map((folder) => join(folder, 'tsc')).find(existsSync);
const missing = tsc ? false : 'tsc (TypeScript 5.5 or newer) is missing';
if (missing && process.env.CI) throw new Error(missing);

test('all types are right', {skip: missing}, () => {
  const {status, stdout} = spawnSync(tsc, ['-p', join(root, 'src/test/js/types')], {encoding: 'utf8'});
  assert.equal(status, 0, stdout);
});

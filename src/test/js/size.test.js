// How much a page loads.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {describe, test} from 'node:test';
import {brotliCompressSync, brotliDecompressSync, gzipSync} from 'node:zlib';
import {MINIFIED, minified, missingTools} from './support/minify.js';

/** Fetched when it is wanted. */
const LATER = ['texts/de.js', 'texts/zh.js', 'job-log.js', 'result-view.js', 'upload.js'];
/**
 * 12 KiB held until the tabs had to be told apart by user, each attribute became a property, and bad languages, clocks, files
 * and bidirectional names had to be survived.
 */
const LIMIT_BYTES = 14 * 1024;
const webapp = dirname(MINIFIED);
const size = (text) => ({
  bytes: text.length,
  gzip: gzipSync(text, {level: 9}).length,
  brotli: brotliCompressSync(text).length,
});

/** A module with all that it imports for good, each compressed for itself, as a server does it. */
function shipped(entry) {
  const modules = new Map();
  const load = (path) => {
    if (modules.has(path)) return;
    const text = readFileSync(path, 'utf8');
    modules.set(path, size(Buffer.from(text)));
    for (const [, name] of text.matchAll(/^(?:import|export)\s(?:[^;]*?from )?'(\.[^']+)'/gm))
      load(join(dirname(path), name));
  };
  load(join(webapp, entry));
  const all = [...modules.values()];
  const sum = (key) => all.reduce((total, each) => total + each[key], 0);
  return {modules: all.length, bytes: sum('bytes'), gzip: sum('gzip'), brotli: sum('brotli')};
}

describe('in size', () => {
  test('all that a page in English loads is 14 KiB by Brotli, and is served so', (context) => {
    const served = readFileSync(`${MINIFIED}.br`);
    const code = readFileSync(MINIFIED);
    assert.deepEqual(brotliDecompressSync(served), code);
    assert.ok(served.length <= LIMIT_BYTES, `${served.length} bytes`);
    context.diagnostic(`tidings.min.js ${JSON.stringify(size(code))}`);
    for (const entry of ['tidings.js', 'tidings-elements.js'])
      context.diagnostic(`${entry} as shipped ${JSON.stringify(shipped(entry))}`);
    for (const later of LATER)
      context.diagnostic(`later: ${later} ${JSON.stringify(shipped(`tidings/${later}`))}`);
  });

  test('what is fetched later brings nothing with it that is there already', () => {
    for (const later of LATER) assert.equal(shipped(`tidings/${later}`).modules, 1, later);
  });

  test(
    'the minified file is made of the modules as they are: else run src/test/js/support/minify.js',
    {skip: missingTools},
    async () => {
      assert.ok(readFileSync(MINIFIED, 'utf8') === (await minified()));
    },
  );
});

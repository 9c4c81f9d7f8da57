// Makes the declarations for TypeScript of the modules' JSDoc:
//   node src/test/js/support/declare.js    writes webapp/tidings*.d.ts
// They are committed, so that nobody else needs the tools; a test says when that was forgotten.
import {spawnSync} from 'node:child_process';
import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {MODULES, ROOT, WEBAPP, missing, tool} from './tools.js';

export const missingTools = missing('typescript', 'rollup', 'rollup-plugin-dts', 'prettier');

const EMITTED = join(ROOT, 'target/types');
const TYPES = join(ROOT, 'src/test/js/types');
const HEAD = '// Made by src/test/js/support/declare.js.\n';

/** @returns {Promise<Record<string, string>>} the declarations by the name of their file */
export async function declarations() {
  rmSync(EMITTED, {recursive: true, force: true});
  const tsc = spawnSync(join(MODULES, '.bin/tsc'), ['-p', join(TYPES, 'emit.json')], {encoding: 'utf8'});
  if (tsc.status !== 0) throw new Error(tsc.stdout);
  const client = join(EMITTED, 'client.d.ts');
  writeFileSync(client, `export * from './tidings.js';\nexport type * from './tidings/types.js';\n`);
  const globals = readFileSync(join(TYPES, 'globals.d.ts'), 'utf8').match(/declare global[^]*/)[0];
  const elements = await bundled(join(EMITTED, 'tidings-elements.d.ts'), '/types.js');
  const files = {
    'tidings.d.ts': await bundled(client),
    'tidings-elements.d.ts': `import type {Connection} from './tidings.js';\n${elements}\n${globals}`,
    'tidings.min.d.ts': `export * from './tidings.js';\nexport * from './tidings-elements.js';\n`,
  };
  const {format, resolveConfig} = await import(`${MODULES}prettier/index.mjs`);
  const options = {...(await resolveConfig(WEBAPP + '/tidings.js')), parser: 'typescript'};
  for (const [name, text] of Object.entries(files)) files[name] = await format(HEAD + text, options);
  return files;
}

/** @param {string} input @param {string} [shared] what tidings.d.ts declares already */
async function bundled(input, shared) {
  const {rollup} = tool('rollup');
  const {dts} = tool('rollup-plugin-dts');
  const external = (id) => !!shared && id.endsWith(shared);
  const bundle = await rollup({input, external, plugins: [dts()], onwarn: () => {}});
  const {output} = await bundle.generate({format: 'es', paths: (id) => (external(id) ? './tidings.js' : id)});
  // What a module imports for itself says nothing to others.
  return output[0].code.replace(/\/\*\* @import [^*]*\*\/\n/g, '');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of Object.entries(await declarations())) writeFileSync(join(WEBAPP, name), text);
}

// Makes one small file of the client and the elements, for pages that want them with one short request:
//   node src/test/js/support/minify.js    writes webapp/tidings.min.js and its .br
// Both are committed, so that nobody else needs the tools; a test says when that was forgotten.
import {writeFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {brotliCompressSync} from 'node:zlib';
import {WEBAPP, missing, tool} from './tools.js';

export const MINIFIED = join(WEBAPP, 'tidings.min.js');
export const missingTools = missing('esbuild', 'terser');

const asOneFile = {
  name: 'as one file',
  setup({esbuild, onLoad, onResolve}) {
    // What is fetched when it is wanted stays a module of its own.
    onResolve({filter: /./}, ({kind, path, resolveDir}) =>
      kind === 'dynamic-import'
        ? {path: `./${relative(WEBAPP, join(resolveDir, path))}`, external: true}
        : undefined,
    );
    onLoad({filter: /style-sheet\.js$/}, async ({path}) => {
      const {CSS} = await import(path);
      const {code} = await esbuild.transform(CSS, {loader: 'css', minify: true});
      return {contents: `export const CSS = ${JSON.stringify(code.trim())};`};
    });
  },
};

/** @returns {Promise<string>} */
export async function minified() {
  const {outputFiles} = await tool('esbuild').build({
    stdin: {
      contents: "export * from './tidings.js'; export * from './tidings-elements.js';",
      resolveDir: WEBAPP,
    },
    bundle: true,
    minify: true, // terser makes it smaller still, but smallest of what is small already
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    write: false,
    plugins: [asOneFile],
  });
  const options = {module: true, ecma: 2022, compress: {passes: 3, sequences: false}};
  const {code} = await tool('terser').minify(outputFiles[0].text, options);
  return `${code}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const code = await minified();
  writeFileSync(MINIFIED, code);
  writeFileSync(`${MINIFIED}.br`, brotliCompressSync(code));
}

// Makes one small file of the client and the elements, for pages that want them with one short request:
//   node src/test/js/support/minify.js    writes webapp/tidings.min.js and its .br, which are committed, so that nobody else needs the tools
import {existsSync, writeFileSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import {join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {brotliCompressSync} from 'node:zlib';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const WEBAPP = join(ROOT, 'webapp');
const TOOLS = join(ROOT, 'target/tsc/node_modules/');
export const MINIFIED = join(WEBAPP, 'tidings.min.js');

/** `npm install --prefix target/tsc esbuild@0.25.12 terser@5.44.1`, as .ci/run does: another version may write another file. */
export const hasTools = ['esbuild', 'terser'].every((tool) => existsSync(TOOLS + tool));

/** The file is a folder above the modules that it is made of. */
const movedUp = {
  name: 'moved up',
  setup(build) {
    // What is fetched when it is wanted stays a module of its own.
    build.onResolve({filter: /./}, ({kind, path, resolveDir}) =>
      kind === 'dynamic-import'
        ? {path: `./${relative(WEBAPP, join(resolveDir, path))}`, external: true}
        : undefined,
    );
    build.onLoad({filter: /world\.js$/}, async ({path}) => ({
      contents: replaced(
        await readFile(path, 'utf8'),
        "new URL('../', import.meta.url)",
        "new URL('./', import.meta.url)",
      ),
    }));
    build.onLoad({filter: /style\.js$/}, async ({path}) => ({
      contents: (await readFile(path, 'utf8')).replace(/`\n:host[^`]*`/, packed),
    }));
  },
};

function replaced(text, from, to) {
  if (!text.includes(from)) throw new Error(`not found: ${from}`);
  return text.replace(from, to);
}

/** A style sheet without its white space. */
const packed = (css) =>
  css
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/: /g, ':')
    .replace(/;}/g, '}');

/** @returns {Promise<string>} */
export async function minified() {
  const tools = createRequire(TOOLS);
  const {build} = tools('esbuild');
  const {minify} = tools('terser');
  const {outputFiles} = await build({
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
    plugins: [movedUp],
  });
  const {code} = await minify(outputFiles[0].text, {
    module: true,
    ecma: 2022,
    compress: {passes: 3, sequences: false},
  });
  return `${code}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const code = await minified();
  writeFileSync(MINIFIED, code);
  writeFileSync(`${MINIFIED}.br`, brotliCompressSync(code));
}

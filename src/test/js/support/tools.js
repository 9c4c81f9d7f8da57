// What the tests need from npm: `.ci/run` installs it into target/tsc, in the versions of src/test/js/package.json.
import {existsSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
export const WEBAPP = join(ROOT, 'webapp');
/** Where the tools are. */
export const MODULES = join(ROOT, 'target/tsc/node_modules/');

/** Loads a package. */
export const tool = createRequire(MODULES);

/**
 * Why a test that needs these packages is skipped; false when it is not.
 * Where all parts are wanted a missing one is a failure.
 */
export function missing(...packages) {
  const absent = packages.filter((name) => !existsSync(MODULES + name));
  if (absent.length === 0) return false;
  const reason = `${absent.join(', ')} from npm is missing`;
  if (process.env.CI) throw new Error(reason);
  return reason;
}

// Where there is no page: in Node.js, as a server that renders pages or a test of an application does.
import assert from 'node:assert/strict';
import {test} from 'node:test';

const CLIENT = [
  'TidingsError',
  'applyEvent',
  'cancel',
  'ends',
  'remove',
  'retry',
  'submit',
  'types',
  'watch',
  'watchMine',
];
const ELEMENTS = ['TidingsJobs', 'TidingsProgress', 'addTexts'];

for (const [module, names] of [
  ['tidings.js', CLIENT],
  ['tidings-elements.js', ELEMENTS],
  ['tidings.min.js', [...CLIENT, ...ELEMENTS]],
]) {
  test(`${module} can be imported where there is no page`, async () => {
    assert.deepEqual(Object.keys(await import(`../../../webapp/${module}`)).sort(), names.sort());
  });
}

// Made by src/test/js/support/declare.js.
export * from './tidings.js';
export * from './tidings-elements.js';

// @ts-check
/**
 * The browser's side of Tidings: an ES module without dependencies or build step. See docs/guide/browser-client.md.
 *
 * ```js
 * import {submit, watch} from '/tidings/tidings.js';
 * const job = await submit({type: 'digest', params: {algorithms: ['SHA-256']}, files: input.files});
 * for await (const event of watch(job.links.self)) console.log(event.type, event);
 * ```
 */
export {cancel, remove, retry, submit, types} from './tidings/api.js';
export {TidingsError} from './tidings/errors.js';
export {watchMine} from './tidings/my-jobs.js';
export {applyEvent, ends} from './tidings/state.js';
export {watch} from './tidings/watch.js';

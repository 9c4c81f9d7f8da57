// @ts-check
/** @import {Problem} from './types.js' */

/** What Tidings refused: `problem` is its RFC 9457 object. Status 0: it was not reached. */
export class TidingsError extends Error {
  /** @param {number} status @param {Problem} problem */
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `status ${status}`);
    this.name = 'TidingsError';
    this.status = status;
    this.problem = problem;
  }
}

/** Whether the reader has to sign in. @param {unknown} error */
export const isSignedOut = (error) => error instanceof TidingsError && error.status === 401;

/** @param {unknown} error */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));

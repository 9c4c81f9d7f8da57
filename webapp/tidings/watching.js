// @ts-check
import {tell} from './world.js';

/** @template T @typedef {{resolve: (result: IteratorResult<T, undefined>) => void, reject: (error: any) => void}} Waiter */

/**
 * What is read by `for await` as well as by listeners.
 * @template T
 * @implements {AsyncIterableIterator<T>}
 */
export class Watching extends EventTarget {
  /** Whether somebody reads by `for await`: only then what comes is kept. */
  iterated = false;
  /** @type {Waiter<T>[]} */
  #waiting = [];
  /** @type {{error?: any} | undefined} */
  #ended;

  /** What was kept for longest, which is kept no more. @returns {T | undefined} */
  take() {
    return undefined;
  }

  close() {}

  [Symbol.asyncIterator]() {
    this.iterated = true;
    return this;
  }

  /** @returns {Promise<IteratorResult<T, undefined>>} */
  next() {
    this.iterated = true;
    return new Promise((resolve, reject) => {
      this.#waiting.push({resolve, reject});
      this.give();
    });
  }

  /** @returns {Promise<IteratorResult<T, undefined>>} */
  async return() {
    this.close();
    return {value: undefined, done: true};
  }

  /** Serves those who wait. @param {{error?: any}} [ended] nothing more will be kept, and why */
  give(ended) {
    this.#ended ??= ended;
    while (this.#waiting.length > 0) {
      const value = this.take();
      if (!value && !this.#ended) return;
      const {resolve, reject} = /** @type {Waiter<T>} */ (this.#waiting.shift());
      if (value) resolve({value, done: false});
      else if (this.#ended && 'error' in this.#ended) reject(this.#ended.error);
      else resolve({value: undefined, done: true});
    }
  }

  /** @param {string} name @param {any} detail */
  tell(name, detail) {
    tell(this, name, detail);
  }
}

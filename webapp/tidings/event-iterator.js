// @ts-check
import {emit} from './environment.js';

/**
 * @template T
 * @typedef {{resolve: (result: IteratorResult<T, undefined>) => void, reject: (error: unknown) => void}} Waiter
 */

/**
 * What is read by `for await` as well as by listeners.
 * @template T
 * @implements {AsyncIterableIterator<T>}
 */
export class EventIterator extends EventTarget {
  /** Whether somebody reads by `for await`: only then values are kept. */
  iterated = false;
  /** @type {Waiter<T>[]} */
  #waiting = [];
  /** @type {{error?: unknown} | undefined} */
  #ended;

  /** Removes the value that was kept for longest. @returns {T | undefined} */
  shift() {
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
      this.settle();
    });
  }

  /** @returns {Promise<IteratorResult<T, undefined>>} */
  async return() {
    this.close();
    return {value: undefined, done: true};
  }

  /** Serves those who wait. @param {{error?: unknown}} [ended] no more values will come, and why */
  settle(ended) {
    this.#ended ??= ended;
    while (this.#waiting.length > 0) {
      const value = this.shift();
      if (!value && !this.#ended) return;
      const {resolve, reject} = /** @type {Waiter<T>} */ (this.#waiting.shift());
      if (value) resolve({value, done: false});
      else if (this.#ended && 'error' in this.#ended) reject(this.#ended.error);
      else resolve({value: undefined, done: true});
    }
  }

  /** @param {string} name @param {unknown} detail */
  emit(name, detail) {
    emit(this, name, detail);
  }
}

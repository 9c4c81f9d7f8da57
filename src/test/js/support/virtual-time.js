/** Time that moves only when a test moves it. */
export class VirtualTime {
  nowMs = Date.parse('2026-11-24T12:00:00Z');
  #timers = [];
  #number = 0;

  later(run, delayMs) {
    const timer = {run, atMs: this.nowMs + Math.max(0, delayMs), number: this.#number++};
    // Few timers live at once: an ordered array is quick enough.
    let at = this.#timers.length;
    while (at > 0 && this.#timers[at - 1].atMs > timer.atMs) at--;
    this.#timers.splice(at, 0, timer);
    return timer;
  }

  forget(timer) {
    const at = this.#timers.indexOf(timer);
    if (at >= 0) this.#timers.splice(at, 1);
  }

  /** The machine sleeps: time passes, and no timer rings until it wakes. */
  sleep(ms) {
    this.nowMs += ms;
  }

  /** Runs timers in their order until the condition holds; false when it does not within the limit. */
  async runUntil(condition, limitMs) {
    const endMs = this.nowMs + limitMs;
    for (;;) {
      await settled();
      if (condition()) return true;
      const next = this.#timers[0];
      if (!next || next.atMs > endMs) {
        this.nowMs = Math.max(this.nowMs, endMs);
        return false;
      }
      this.#timers.shift();
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.run();
    }
  }

  run(ms) {
    return this.runUntil(() => false, ms);
  }

  get pending() {
    return this.#timers.length;
  }
}

/** After all that is due now has been done. */
export const settled = () => new Promise(setImmediate);

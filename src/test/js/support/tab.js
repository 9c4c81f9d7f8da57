/** A tab of whatever engine. */
export class Tab {
  #driver;

  /**
   * @param {object} driver
   * @param {(url: string) => Promise<unknown>} driver.open
   * @param {(expression: string) => Promise<any>} driver.eval
   * @param {() => Promise<unknown>} driver.reload
   * @param {() => Promise<unknown>} driver.close
   */
  constructor(driver) {
    this.#driver = driver;
  }

  open(url) {
    return this.#driver.open(url);
  }

  eval(expression) {
    return this.#driver.eval(expression);
  }

  reload() {
    return this.#driver.reload();
  }

  close() {
    return this.#driver.close();
  }

  /** Waits for an expression to be true. */
  async until(expression, limitMs = 30_000) {
    const end = Date.now() + limitMs;
    for (;;) {
      // The page may be between two documents.
      const value = await this.eval(expression).catch(() => undefined);
      if (value) return value;
      if (Date.now() > end) throw new Error(`never true within ${limitMs} ms: ${expression}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

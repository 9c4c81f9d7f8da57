// @ts-check
/** The longest block that is kept while it is incomplete. A gateway that sends an endless line is cut. */
const MAX_BLOCK_CHARS = 16 * 1024 * 1024;

/**
 * Turns the text of an event stream into blocks. Source: WHATWG HTML §9.2.6 "Interpreting an event stream". Knows no
 * network and no clock; a block that the end of the stream leaves incomplete is never given out.
 */
export class SseParser {
  /** The last `retry:` that was a number, in ms. @type {number | undefined} */
  retryMs;
  #rest = '';
  #skipLf = false;
  #data = '';
  #hasData = false;
  #event = '';

  /**
   * @param {string} text the next piece, cut anywhere; its byte order mark already removed
   * @returns {{event: string, data: string}[]} the blocks that it completes
   */
  push(text) {
    /** @type {{event: string, data: string}[]} */
    const blocks = [];
    if (this.#skipLf && text !== '') {
      this.#skipLf = false;
      if (text[0] === '\n') text = text.slice(1);
    }
    const from = this.#rest.length;
    text = this.#rest + text;
    let start = 0;
    for (let i = from; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c !== 10 && c !== 13) continue;
      this.#line(text.slice(start, i), blocks);
      // A CR may be the first half of a CR LF, of which the other half has not come yet.
      if (c === 13 && i + 1 === text.length) this.#skipLf = true;
      else if (c === 13 && text.charCodeAt(i + 1) === 10) i++;
      start = i + 1;
    }
    this.#rest = text.slice(start);
    if (this.#rest.length + this.#data.length > MAX_BLOCK_CHARS)
      throw new RangeError('a block of the event stream is too long');
    return blocks;
  }

  /** @param {string} line @param {{event: string, data: string}[]} blocks */
  #line(line, blocks) {
    if (line === '') {
      // "If the data buffer is an empty string, set the data buffer and the event type buffer to the empty string and return."
      if (this.#hasData) blocks.push({event: this.#event || 'message', data: this.#data});
      this.#data = this.#event = '';
      this.#hasData = false;
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? '' : line.slice(colon + 1);
    if (value[0] === ' ') value = value.slice(1);
    if (name === 'data') {
      this.#data += this.#hasData ? '\n' + value : value;
      this.#hasData = true;
    } else if (name === 'event') {
      this.#event = value;
    } else if (name === 'retry' && /^\d+$/.test(value)) {
      this.retryMs = Number(value);
    }
    // The id is not needed: every event of the log carries its own number.
  }
}

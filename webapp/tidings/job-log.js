// @ts-check
/** @import {make} from './style.js' */
/** @import {Texts} from './texts.js' */
/** @import {watch} from './watch.js' */
/** @import {JobEvent} from './types.js' */

/** Lines that are kept on the page. */
const MAX_LINES = 1_000;

/** The lines of a job's log in a list, read from its beginning while it is open. */
export class JobLog {
  #list;
  #watch;
  #make;
  /** @type {AbortController | undefined} */
  #life;

  /**
   * Imports nothing, so that `tidings.min.js`, which has all these already, can fetch it too.
   * @param {HTMLElement} list
   * @param {typeof watch} watching
   * @param {typeof make} making
   */
  constructor(list, watching, making) {
    this.#list = list;
    this.#watch = watching;
    this.#make = making;
  }

  /** @param {URL} job @param {URL} base @param {Texts} texts */
  async open(job, base, texts) {
    if (this.#life) return;
    const life = (this.#life = new AbortController());
    const make = this.#make;
    this.#list.setAttribute('aria-label', texts.phrase('log'));
    this.#list.replaceChildren(make('li', {}, texts.phrase('loading')));
    try {
      let first = true;
      for await (const event of this.#watch(job, {cursor: 0, base, signal: life.signal})) {
        const line = lineOf(event, texts);
        if (!line) continue;
        if (first) this.#list.replaceChildren();
        first = false;
        const time = make('time', {datetime: event.at}, texts.time(event.at));
        this.#append(make('li', {class: line.level}, time, ' ', make('bdi', {}, line.text)));
      }
      if (first) this.#list.replaceChildren(make('li', {}, texts.phrase('noLog')));
    } catch (error) {
      if (life.signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      this.#append(make('li', {class: 'error'}, texts.phrase('problem', message)));
    }
  }

  close() {
    this.#life?.abort();
    this.#life = undefined;
  }

  /** @param {HTMLElement} line */
  #append(line) {
    const list = this.#list;
    const atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 8;
    list.append(line);
    if (list.childElementCount > MAX_LINES) list.firstElementChild?.remove();
    if (atEnd) list.scrollTop = list.scrollHeight;
  }
}

/** @param {JobEvent} event @param {Texts} texts @returns {{level: string, text: string} | null} */
function lineOf(event, texts) {
  switch (event.type) {
    case 'log':
      return {level: event.level, text: event.message};
    case 'started': {
      const attempt = texts.phrase('attempt', texts.number(event.attempt));
      return {level: 'info', text: `${texts.phrase('running')} (${attempt}, ${event.node})`};
    }
    case 'retrying':
      return {level: 'warn', text: event.error.detail ?? event.error.title ?? texts.phrase('failed')};
    case 'failed':
      return {level: 'error', text: event.error.detail ?? event.error.title ?? texts.phrase('failed')};
    case 'cancelling':
    case 'cancelled':
    case 'succeeded':
      return {level: 'info', text: texts.phrase(event.type)};
    case 'artifact':
      return {level: 'info', text: event.name};
    default:
      return null;
  }
}

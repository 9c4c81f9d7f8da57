// Made by src/test/js/support/declare.js.
import type {Connection} from './tidings.js';
import {Job} from './tidings.js';

/** @param {string} language a BCP 47 tag @param {Record<string, string>} texts */
declare function addTexts(language: string, texts: Record<string, string>): void;
/** The words and formats of one language. */
declare class Texts {
  /**
   * The language around an element: its nearest `lang`, else the browser's.
   * @param {Element} element
   * @param {() => void} onWords when words came that have been missing
   */
  static around(element: Element, onWords: () => void): Texts;
  /** @param {string} language a BCP 47 tag */
  constructor(language: string);
  /** Of words and formats alike: without words in it, formats are English too. */
  get language(): string;
  /** @param {string} key @param {...string} values */
  phrase(key: string, ...values: string[]): string;
  /** @param {number} value @param {Intl.NumberFormatOptions} [options] */
  number(value: number, options?: Intl.NumberFormatOptions): string;
  /** @param {number} value */
  percent(value: number): string;
  /** @param {number} value @param {string} [unit] */
  quantity(value: number, unit?: string): string;
  /** To a tenth of a second where it is short. @param {number} ms */
  duration(ms: number): string;
  /** @param {string} instant */
  time(instant: string): string;
  #private;
}

/**
 * What both elements have in common: attributes that are properties too, whether they are set before the element is defined,
 * before it is connected, or later.
 */
declare class TidingsElement extends HTMLElement {
  static observedAttributes: string[];
  /** Properties that may have been set before the element was defined. @protected */
  protected static ownProperties: string[];
  /** From being connected to being disconnected. @protected @type {AbortController | undefined} */
  protected life: AbortController | undefined;
  /** @protected */
  protected texts: Texts;
  set base(value: string | null);
  /** Where Tidings is, if not where the module came from. */
  get base(): string | null;
  set controls(value: string | null);
  /** Which of `cancel retry delete` are offered; null for all. */
  get controls(): string | null;
  set log(value: boolean);
  /** Whether log and result are offered. */
  get log(): boolean;
  set announce(value: string | null);
  /** `off`: says nothing to screen readers. */
  get announce(): string | null;
  set prefetch(value: string | null);
  /** `off`: small results are not fetched ahead. */
  get prefetch(): string | null;
  set signinUrl(value: string | null);
  /** Where a reader who is not signed in can do so. */
  get signinUrl(): string | null;
  /** @protected */
  protected get baseUrl(): URL;
  connectedCallback(): void;
  disconnectedCallback(): void;
  /** @param {string} name @param {string | null} before @param {string | null} after */
  attributeChangedCallback(name: string, before: string | null, after: string | null): void;
  /** Takes the words and formats of the language around. @protected */
  protected localize(): void;
  /** Says in a place that the reader is not signed in, and where that can be done. @protected @param {HTMLElement} place */
  protected showSignedOut(place: HTMLElement): void;
  /** Reads until the signal ends it. @protected @param {AbortSignal} signal */
  protected follow(signal: AbortSignal): void;
  /** Forgets what was read. @protected */
  protected forget(): void;
  /** @protected */
  protected render(): void;
}

/**
 * `<tidings-jobs>`: all own jobs, newest first. Attributes: as `<tidings-progress>`, but `job` and `announce`. Tells its page
 * by the bubbling events of its `<tidings-progress>`es, by `tidings-connection` and by `tidings-error`.
 */
declare class TidingsJobs extends TidingsElement {
  /** Shows a job ahead of the stream, such as one that was submitted just now. @param {Job} job */
  put(job: Job): void;
  /** Drops a job that was deleted elsewhere on the page. @param {string} id */
  drop(id: string): void;
  /** Brings a job into view, with the focus on it. @param {string} id */
  reveal(id: string): void;
  set filter(text: string);
  /** Only jobs whose title, type or state has this text are shown, in any case; empty for all. */
  get filter(): string;
  /** The finished jobs that match the filter, shown or not. @returns {Job[]} */
  get finished(): Job[];
  #private;
}

/**
 * `<tidings-progress job="…">`: one job as it goes on. Attributes: `job` (its id or `links.self`), `base`, `controls` (of
 * `cancel retry delete`; all by default), `log` (offers log and result), `announce="off"`, `prefetch="off"`, `lang`,
 * `signin-url`; all but `lang` are properties too. Tells its page by the bubbling events `tidings-state` (the job as
 * `detail`), `tidings-acted` and `tidings-problem`.
 */
declare class TidingsProgress extends TidingsElement {
  set job(value: string | null);
  /** The job's id or `links.self`. */
  get job(): string | null;
  set state(job: Job | null | undefined);
  /**
   * The job to show, from a page that has it already (`<tidings-jobs>`). Then `job` is not needed, and no connection is made.
   */
  get state(): Job | null | undefined;
  #private;
}

export {TidingsJobs, TidingsProgress, addTexts};

declare global {
  interface HTMLElementTagNameMap {
    'tidings-jobs': TidingsJobs;
    'tidings-progress': TidingsProgress;
  }
  interface HTMLElementEventMap {
    'tidings-state': CustomEvent<Job>;
    'tidings-acted': CustomEvent<{id: string; job?: Job}>;
    'tidings-problem': CustomEvent<Error>;
    'tidings-connection': CustomEvent<Connection>;
    'tidings-error': CustomEvent<Error>;
  }
}

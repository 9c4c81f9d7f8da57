// @ts-check
/** What the elements say, and how they write numbers and times. Another language: `addTexts('fr', {…})`. */

/** @type {Record<string, string>} */
const EN = {
  queued: 'Waiting',
  running: 'Running',
  cancelling: 'Cancelling',
  succeeded: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
  cancel: 'Cancel',
  retry: 'Try again',
  remove: 'Delete',
  sure: 'Delete for good?',
  log: 'Log',
  results: 'Results',
  attempt: 'attempt {0}',
  of: '{0} of {1}',
  left: 'about {0} left',
  took: 'took {0}',
  empty: 'No jobs yet.',
  noMatch: 'No job matches.',
  jobs: 'Jobs',
  loading: 'Loading…',
  gone: 'This job does not exist, or is not yours.',
  progress: 'Progress of {0}',
  said: '{0}: {1}',
  percent: '{0} at {1}',
  noLog: 'The log is empty.',
  problem: 'Something went wrong: {0}',
  more: 'Show older jobs',
  signedOut: 'You are not signed in.',
  signIn: 'Sign in',
};

/** Fetched when a page or an element is in that language. @type {Record<string, () => Promise<{default: Record<string, string>}>>} */
const ELSEWHERE = {de: () => import('./texts/de.js'), zh: () => import('./texts/zh.js')};

/** By language. @type {Record<string, Record<string, string>>} */
const TEXTS = {en: EN};

/** @param {string} language a BCP 47 tag @param {Record<string, string>} texts */
export function addTexts(language, texts) {
  TEXTS[language.toLowerCase()] = {...EN, ...texts};
}

/** @param {string} language */
const short = (language) => language.split('-')[0];

/** @param {string} tag */
const wordsOf = (tag) => TEXTS[tag.toLowerCase()] ?? TEXTS[short(tag).toLowerCase()];

/**
 * The tag as `Intl` takes it; pages also write `en_US` or `de_DE.UTF-8`.
 * @param {string} language
 */
function tagOf(language) {
  const tag = language.replace(/[.@].*/, '').replaceAll('_', '-');
  for (const candidate of [tag, short(tag)]) {
    try {
      return Intl.getCanonicalLocales(candidate)[0] ?? 'en';
    } catch {}
  }
  return 'en';
}

/** @type {Record<string, Promise<void> | undefined>} */
const loading = {};

/**
 * @param {string} language
 * @returns {Promise<void> | undefined} what to wait for; undefined where the words are there, or English has to do
 */
function load(language) {
  if (wordsOf(language)) return undefined;
  const tag = short(language);
  return (loading[tag] ??= ELSEWHERE[tag]?.().then(
    ({default: words}) => void (TEXTS[tag] ??= words),
    () => {},
  ));
}

// As early as can be, so that a page in another language is not seen in English first.
if (globalThis.document) load(tagOf(document.documentElement.lang || navigator.language));

/** The words and formats of one language. */
export class Texts {
  #language;

  /** @param {string} language a BCP 47 tag */
  constructor(language) {
    this.#language = tagOf(language);
  }

  /** Of words and formats alike: without words in it, formats are English too. */
  get language() {
    return wordsOf(this.#language) ? this.#language : 'en';
  }

  /**
   * The language around an element: its nearest `lang`, else the browser's.
   * @param {Element} element
   * @param {() => void} onWords when words came that have been missing
   */
  static around(element, onWords) {
    /** @type {Element | null} */
    let at = element;
    let language;
    while (at && !language) {
      language = at.closest('[lang]')?.getAttribute('lang');
      const root = at.getRootNode();
      at = root instanceof ShadowRoot ? root.host : null;
    }
    const texts = new Texts(language || navigator.language || 'en');
    load(texts.#language)?.then(onWords);
    return texts;
  }

  /** @param {string} key @param {...string} values */
  phrase(key, ...values) {
    return (wordsOf(this.language)[key] ?? key).replace(/\{(\d)\}/g, (_, n) => values[Number(n)] ?? '');
  }

  /** @param {number} value @param {Intl.NumberFormatOptions} [options] */
  number(value, options) {
    return new Intl.NumberFormat(this.language, options).format(value);
  }

  /** @param {number} value */
  percent(value) {
    return this.number(value / 100, {style: 'percent', maximumFractionDigits: 0});
  }

  /** @param {number} value @param {string} [unit] */
  quantity(value, unit) {
    // Handlers say their units in English; the common ones are translated.
    if (unit !== 'bytes')
      return unit
        ? `${this.number(value)} ${wordsOf(this.language)[`unit ${unit}`] ?? unit}`
        : this.number(value);
    const step = value < 1_000 ? 0 : Math.min(4, Math.floor(Math.log10(value) / 3));
    const names = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
    return this.number(value / 1_000 ** step, {
      style: 'unit',
      unit: names[step],
      unitDisplay: step ? 'short' : 'long',
      maximumFractionDigits: step > 1 ? 1 : 0,
    });
  }

  /** To a tenth of a second where it is short. @param {number} ms */
  duration(ms) {
    const unit = (/** @type {number} */ value, /** @type {string} */ name) =>
      this.number(value, {style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: 1});
    if (ms < 10_000) return unit(Math.max(0, Math.round(ms / 100) / 10), 'second');
    const seconds = Math.round(ms / 1_000);
    if (seconds < 60) return unit(seconds, 'second');
    if (seconds < 3_600) return unit(Math.round(seconds / 60), 'minute');
    return `${unit(Math.floor(seconds / 3_600), 'hour')} ${unit(Math.round((seconds % 3_600) / 60), 'minute')}`;
  }

  /** @param {string} instant */
  time(instant) {
    const then = new Date(instant);
    const today = then.toDateString() === new Date().toDateString();
    return new Intl.DateTimeFormat(
      this.language,
      today ? {timeStyle: 'medium'} : {dateStyle: 'medium', timeStyle: 'short'},
    ).format(then);
  }
}

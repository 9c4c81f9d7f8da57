// @ts-check
/** What the elements say, and how they write numbers and times. Another language: `addTexts('fr', {…})`. */

/** @type {Record<string, Record<string, string>>} */
const TEXTS = {
  en: {
    queued: 'Waiting',
    running: 'Running',
    cancelling: 'Cancelling',
    succeeded: 'Done',
    failed: 'Failed',
    cancelled: 'Cancelled',
    cancel: 'Cancel',
    retry: 'Try again',
    remove: 'Delete',
    log: 'Log',
    results: 'Results',
    attempt: 'attempt {0}',
    of: '{0} of {1}',
    left: 'about {0} left',
    took: 'took {0}',
    empty: 'No jobs yet.',
    jobs: 'Jobs',
    loading: 'Loading…',
    gone: 'This job does not exist, or is not yours.',
    progress: 'Progress of {0}',
    said: '{0}: {1}',
    percent: '{0} at {1}',
    noLog: 'The log is empty.',
    problem: 'Something went wrong: {0}',
    live: 'Live',
    polling: 'Live, by polling',
    connecting: 'Connecting…',
    offline: 'Offline',
    trouble: 'Reconnecting…',
    more: 'Show older jobs',
  },
  de: {
    queued: 'Wartet',
    running: 'Läuft',
    cancelling: 'Wird abgebrochen',
    succeeded: 'Fertig',
    failed: 'Fehlgeschlagen',
    cancelled: 'Abgebrochen',
    cancel: 'Abbrechen',
    retry: 'Noch einmal',
    remove: 'Löschen',
    log: 'Protokoll',
    results: 'Ergebnisse',
    attempt: 'Versuch {0}',
    of: '{0} von {1}',
    left: 'noch etwa {0}',
    took: 'dauerte {0}',
    empty: 'Noch keine Aufträge.',
    jobs: 'Aufträge',
    loading: 'Wird geladen …',
    gone: 'Diesen Auftrag gibt es nicht, oder er gehört Ihnen nicht.',
    progress: 'Fortschritt von {0}',
    said: '{0}: {1}',
    percent: '{0} bei {1}',
    noLog: 'Das Protokoll ist leer.',
    problem: 'Das ging nicht: {0}',
    live: 'Live',
    polling: 'Live, durch Abfragen',
    connecting: 'Verbindet …',
    offline: 'Offline',
    trouble: 'Verbindet neu …',
    more: 'Ältere Aufträge zeigen',
  },
  zh: {
    queued: '等待中',
    running: '运行中',
    cancelling: '正在取消',
    succeeded: '已完成',
    failed: '失败',
    cancelled: '已取消',
    cancel: '取消',
    retry: '重试',
    remove: '删除',
    log: '日志',
    results: '结果',
    attempt: '第 {0} 次尝试',
    of: '{0} / {1}',
    left: '大约还需 {0}',
    took: '用时 {0}',
    empty: '还没有任务。',
    jobs: '任务',
    loading: '正在加载…',
    gone: '该任务不存在,或不属于您。',
    progress: '{0} 的进度',
    said: '{0}:{1}',
    percent: '{0},{1}',
    noLog: '日志为空。',
    problem: '出错了:{0}',
    live: '实时',
    polling: '实时(轮询)',
    connecting: '正在连接…',
    offline: '离线',
    trouble: '正在重新连接…',
    more: '显示更早的任务',
  },
};

/** @param {string} language a BCP 47 tag @param {Record<string, string>} texts */
export function addTexts(language, texts) {
  TEXTS[language.toLowerCase()] = {...TEXTS.en, ...texts};
}

/** The words and formats of one language. */
export class Texts {
  #texts;

  /** @param {string} language a BCP 47 tag */
  constructor(language) {
    const tag = language.toLowerCase();
    this.#texts = TEXTS[tag] ?? TEXTS[tag.split('-')[0]] ?? TEXTS.en;
    this.language = language;
  }

  /** The language around an element: its nearest `lang`, else the browser's. @param {Element} element */
  static around(element) {
    /** @type {Element | null} */
    let at = element;
    while (at) {
      const lang = at.closest('[lang]')?.getAttribute('lang');
      if (lang) return new Texts(lang);
      const root = at.getRootNode();
      at = root instanceof ShadowRoot ? root.host : null;
    }
    return new Texts(navigator.language || 'en');
  }

  /** @param {string} key @param {...string} values */
  say(key, ...values) {
    return (this.#texts[key] ?? key).replace(/\{(\d)\}/g, (_, n) => values[Number(n)] ?? '');
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
    if (unit !== 'bytes') return unit ? `${this.number(value)} ${unit}` : this.number(value);
    const step = value < 1_000 ? 0 : Math.min(4, Math.floor(Math.log10(value) / 3));
    const names = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
    return this.number(value / 1_000 ** step, {style: 'unit', unit: names[step], unitDisplay: step ? 'short' : 'long', maximumFractionDigits: step > 1 ? 1 : 0});
  }

  /** To a tenth of a second where it is short. @param {number} ms */
  duration(ms) {
    const unit = (/** @type {number} */ value, /** @type {string} */ name) => this.number(value, {style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: 1});
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
    return new Intl.DateTimeFormat(this.language, today ? {timeStyle: 'medium'} : {dateStyle: 'medium', timeStyle: 'short'}).format(then);
  }
}

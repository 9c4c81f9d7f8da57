// @ts-check
import {cancel, remove, retry} from './api.js';
import {watchMine} from './mine.js';
import {TidingsError} from './reader.js';
import {terminal} from './state.js';
import {dress, make} from './style.js';
import {Texts} from './texts.js';
import {resolveJob, watch} from './watch.js';
import {BASE, tell} from './world.js';
/** @import {JobLog} from './job-log.js' */
/** @import {Job, JobWatch, MineWatch} from '../tidings.js' */

/** Artifacts up to this size are fetched as soon as they are there, so that the click finds them in the cache. */
const PREFETCH_BYTES = 256 * 1024;
/** Of the way, between two announcements of a running job. */
const ANNOUNCED_PERCENT = 25;

/**
 * `<tidings-progress job="…">`: one job as it goes on. Attributes: `job` (its id or `links.self`), `base`, `controls` (of `cancel retry
 * delete`; all by default), `log` (offers the log lines), `announce="off"`, `prefetch="off"`, `lang`. Tells its page by the bubbling
 * events `tidings-state` (the job as `detail`) and `tidings-problem`.
 */
export class TidingsProgress extends HTMLElement {
  static observedAttributes = ['job', 'base'];
  /** Where the states come from while connected. @type {AbortController | undefined} */
  #life;
  /** @type {Job | null | undefined} */
  #job;
  #view = view();
  #texts = new Texts('en');
  /** @type {JobLog | undefined} */
  #log;
  #given = false;
  #said = '';
  #saidPercent = 0;
  /** @type {Set<string>} */
  #links = new Set();
  /** @type {any} */
  #clock;

  constructor() {
    super();
    const root = this.attachShadow({mode: 'open'});
    dress(root);
    root.append(this.#view.job, this.#view.live);
    this.#view.cancel.onclick = () => this.#act(this.#view.cancel, cancel);
    this.#view.retry.onclick = () => this.#act(this.#view.retry, retry);
    this.#view.delete.onclick = () => this.#act(this.#view.delete, remove);
    this.#view.logBox.ontoggle = () => this.#toggleLog();
  }

  /** The job to show, from whoever has it already (`<tidings-jobs>`); then `job` is not needed, and no connection is made. */
  get state() {
    return this.#job;
  }

  set state(job) {
    this.#given = true;
    this.#show(job);
  }

  connectedCallback() {
    this.#texts = Texts.around(this, () => {
      this.#say();
      this.#show(this.#job);
    });
    this.#say();
    this.#life = new AbortController();
    if (!this.#given) this.#follow(this.#life.signal);
    this.#show(this.#job);
    this.#toggleLog();
  }

  disconnectedCallback() {
    this.#life?.abort();
    this.#life = undefined;
    this.#log?.close();
    clearInterval(this.#clock);
  }

  attributeChangedCallback() {
    if (!this.#life) return;
    this.disconnectedCallback();
    this.#job = undefined;
    this.connectedCallback();
  }

  get #base() {
    return new URL(this.getAttribute('base') ?? BASE, document.baseURI);
  }

  /** By the connection that all have in common; a job that it does not tell of (another owner's, an old one) by one of its own. @param {AbortSignal} signal */
  #follow(signal) {
    const name = this.getAttribute('job');
    if (!name) return;
    const url = resolveJob(name, this.#base);
    const id = url.split('/').at(-1) ?? '';
    const mine = /** @type {MineWatch} */ (watchMine({base: this.#base, signal}));
    const alone = () => {
      mine.close();
      const one = /** @type {JobWatch} */ (watch(url, {base: this.#base, signal}));
      one.addEventListener('event', () => this.#show(one.job));
      one.addEventListener('error', ({detail}) => signal.aborted || this.#fail(detail));
    };
    const look = () => {
      const job = mine.jobs.get(id);
      if (job) this.#show(job);
      else if (mine.ready) alone();
    };
    mine.addEventListener('change', ({detail}) => detail.id === id && this.#show(detail.job));
    mine.addEventListener('deleted', ({detail}) => detail.id === id && this.#show(null));
    mine.addEventListener('error', alone);
    mine.addEventListener('ready', look);
    look();
  }

  /** The words that stay. */
  #say() {
    const words = {cancel: 'cancel', retry: 'retry', delete: 'remove', logWord: 'log', resultWord: 'results'};
    for (const [name, word] of Object.entries(words)) this.#view[name].textContent = this.#texts.say(word);
  }

  /** @param {Job | null | undefined} job null: there is none (any more) */
  #show(job) {
    const before = this.#job;
    this.#job = job;
    const {job: root, title, state, bar, stage, message, amount, eta, error, live} = this.#view;
    const texts = this.#texts;
    const word = job
      ? job.cancelRequested && !terminal(job.state)
        ? 'cancelling'
        : job.state
      : job === null
        ? 'gone'
        : 'loading';
    root.dataset.state = job?.state ?? '';
    set(title, job ? job.title || job.type : '');
    set(state, texts.say(word));
    const progress = job?.progress ?? {};
    const over = !!job && terminal(job.state);
    bar.hidden = !job || over;
    if (progress.percent !== undefined && job?.state === 'running') bar.value = progress.percent;
    else bar.removeAttribute('value');
    bar.setAttribute('aria-label', texts.say('progress', title.textContent ?? ''));
    set(stage, over ? '' : progress.stage);
    set(message, over ? '' : progress.message);
    set(amount, this.#amount(job));
    this.#tick();
    clearInterval(this.#clock);
    if (this.#life && job && !over) this.#clock = setInterval(() => this.#tick(), 1_000);
    set(error, job?.state === 'failed' && job.error ? (job.error.detail ?? job.error.title ?? '') : '');
    error.hidden = !error.textContent;
    this.#offer(job, over);
    if (!job || !this.#life) return;
    this.#announce(job, word, live);
    if (before?.state !== job.state) tell(this, 'tidings-state', job);
    if (before && !terminal(before.state)) this.#prefetch(job);
  }

  /** @param {Job | null | undefined} job */
  #amount(job) {
    const texts = this.#texts;
    const {done, total, unit, percent} = job?.progress ?? {};
    if (!job || terminal(job.state)) return '';
    const words = [];
    if (done !== undefined)
      words.push(
        total === undefined
          ? texts.quantity(done, unit)
          : texts.say('of', texts.quantity(done, unit === 'bytes' ? unit : ''), texts.quantity(total, unit)),
      );
    if (percent !== undefined) words.push(texts.percent(percent));
    if (job.attempt > 1) words.push(texts.say('attempt', texts.number(job.attempt)));
    return words.join(' · ');
  }

  /** What changes by itself as time goes on. */
  #tick() {
    const job = this.#job;
    const texts = this.#texts;
    let text = '';
    if (job && terminal(job.state) && job.finished) {
      text = texts.time(job.finished);
      if (job.started)
        text += ` · ${texts.say('took', texts.duration(Date.parse(job.finished) - Date.parse(job.started)))}`;
    } else if (job?.state === 'running' && job.progress?.eta) {
      text = texts.say(
        'left',
        texts.duration(Math.ceil(Math.max(0, Date.parse(job.progress.eta) - Date.now()) / 1_000) * 1_000),
      );
    }
    set(this.#view.eta, text);
  }

  /** @param {Job | null | undefined} job @param {boolean} over */
  #offer(job, over) {
    const {cancel, retry, delete: remove, results: artifacts, logBox, resultBox, result} = this.#view;
    const wanted = (this.getAttribute('controls') ?? 'cancel retry delete').split(/\s+/);
    cancel.hidden = !job || over || !wanted.includes('cancel');
    cancel.setAttribute('aria-disabled', String(!!job?.cancelRequested));
    retry.hidden = !(job?.state === 'failed' || job?.state === 'cancelled') || !wanted.includes('retry');
    remove.hidden = !over || !wanted.includes('delete');
    logBox.hidden = !job || !this.hasAttribute('log');
    const hrefs = new Set((job?.artifacts ?? []).map((artifact) => artifact.href));
    if (hrefs.size !== this.#links.size || [...hrefs].some((href) => !this.#links.has(href))) {
      this.#links = hrefs;
      artifacts.replaceChildren(
        ...(job?.artifacts ?? []).map(({name, size, href}) => {
          const link = make(
            'a',
            {part: 'artifact', download: ''},
            name,
            make('small', {}, this.#texts.quantity(size, 'bytes')),
          );
          link.href = String(new URL(href, this.#base));
          return make('li', {}, link);
        }),
      );
    }
    artifacts.hidden = hrefs.size === 0;
    resultBox.hidden = !this.hasAttribute('log') || job?.result === null || job?.result === undefined;
    if (!resultBox.hidden) set(result, JSON.stringify(job?.result, null, 2).slice(0, 20_000));
  }

  /** State changes, and now and then how far it is; never each report. @param {Job} job @param {string} word @param {HTMLElement} live */
  #announce(job, word, live) {
    const first = this.#said === '';
    const percent = Math.floor((job.progress?.percent ?? 0) / ANNOUNCED_PERCENT) * ANNOUNCED_PERCENT;
    const name = job.title || job.type;
    if (this.#said !== word) {
      this.#said = word;
      this.#saidPercent = percent;
      if (!first && this.getAttribute('announce') !== 'off')
        live.textContent = this.#texts.say('said', name, this.#texts.say(word));
    } else if (job.state === 'running' && percent > this.#saidPercent && percent < 100) {
      this.#saidPercent = percent;
      if (this.getAttribute('announce') !== 'off')
        live.textContent = this.#texts.say('percent', name, this.#texts.percent(percent));
    }
  }

  /** @param {Job} job */
  #prefetch(job) {
    if (this.getAttribute('prefetch') === 'off') return;
    for (const {href, size} of job.artifacts) {
      if (size > PREFETCH_BYTES || prefetched.has(href)) continue;
      prefetched.add(href);
      fetch(new URL(href, this.#base), {priority: 'low'}).then(
        (response) => response.arrayBuffer(),
        () => prefetched.delete(href),
      );
    }
  }

  /** Only who opens a log fetches what it takes to read it. */
  async #toggleLog() {
    const {log, logBox} = this.#view;
    try {
      if (logBox.open) this.#log ??= new (await import('./job-log.js')).JobLog(log, watch, make);
    } catch (error) {
      this.#fail(error);
    }
    // It may have been closed again meanwhile.
    const job = this.#job;
    if (logBox.open && this.#life && job)
      this.#log?.open(new URL(job.links.self, this.#base), this.#base, this.#texts);
    else this.#log?.close();
  }

  /** @param {HTMLButtonElement} button @param {(job: string, options: any) => Promise<Job | void>} action */
  async #act(button, action) {
    const job = this.#job;
    // Not disabled meanwhile: a disabled button loses the focus.
    if (!job || button.getAttribute('aria-disabled') === 'true') return;
    button.setAttribute('aria-disabled', 'true');
    try {
      const answer = await action(job.id, {base: this.#base});
      // Tried again: that is what is looked at now.
      if (answer && answer.id !== job.id && !this.#given) this.setAttribute('job', answer.id);
      tell(this, 'tidings-acted', {id: job.id, job: answer});
    } catch (error) {
      this.#fail(error);
    } finally {
      button.setAttribute(
        'aria-disabled',
        String(button === this.#view.cancel && !!this.#job?.cancelRequested),
      );
    }
  }

  /** @param {unknown} error */
  #fail(error) {
    const {error: line} = this.#view;
    if (error instanceof TidingsError && error.status === 404) {
      this.#show(null);
    } else {
      set(line, this.#texts.say('problem', error instanceof Error ? error.message : String(error)));
      line.hidden = false;
    }
    tell(this, 'tidings-problem', error);
  }
}

/** What was fetched ahead by this page. @type {Set<string>} */
const prefetched = new Set();

/**
 * @typedef {object} View
 * @property {HTMLProgressElement} bar
 * @property {HTMLButtonElement} cancel
 * @property {HTMLButtonElement} retry
 * @property {HTMLButtonElement} delete
 * @property {HTMLDetailsElement} logBox
 */
/** What there is to see of a job: the parts by their names, and some more. @returns {View & Record<string, HTMLElement>} */
function view() {
  /** @type {any} */
  const seen = {};
  const add = (/** @type {string} */ name, /** @type {HTMLElement} */ element) => (seen[name] = element);
  const part = (
    /** @type {string} */ name,
    /** @type {keyof HTMLElementTagNameMap} */ tag,
    /** @type {HTMLElement[]} */ ...children
  ) => add(name, make(tag, {part: name}, ...children));
  const box = (/** @type {string} */ name, /** @type {HTMLElement} */ content) => {
    content.tabIndex = 0;
    return add(`${name}Box`, make('details', {}, add(`${name}Word`, make('summary')), content));
  };
  part(
    'job',
    'div',
    make('div', {class: 'head'}, part('title', 'p'), part('state', 'span')),
    part('bar', 'progress'),
    make(
      'div',
      {class: 'foot'},
      make(
        'div',
        {class: 'told'},
        part('stage', 'span'),
        part('message', 'bdi'),
        part('amount', 'span'),
        part('eta', 'span'),
      ),
      make(
        'div',
        {class: 'does'},
        part('cancel', 'button'),
        part('retry', 'button'),
        part('delete', 'button'),
      ),
    ),
    part('error', 'p'),
    part('results', 'ul'),
    make(
      'div',
      {class: 'boxes'},
      box('result', add('result', make('pre', {part: 'log'}))),
      box('log', part('log', 'ol')),
    ),
  );
  seen.bar.max = 100;
  add('live', make('div', {class: 'quiet', role: 'status'}));
  return seen;
}

/** @param {HTMLElement} element @param {string | null | undefined} text */
function set(element, text) {
  if (element.textContent !== (text ?? '')) element.textContent = text ?? '';
}

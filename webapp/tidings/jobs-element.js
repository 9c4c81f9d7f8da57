// @ts-check
import {TidingsElement, reflect} from './element.js';
import {emit} from './environment.js';
import {isSignedOut, messageOf} from './errors.js';
import {watchMine} from './my-jobs.js';
import {terminal} from './state.js';
import {make, setText} from './style.js';
import {nameOf} from './type-titles.js';
/** @import {TidingsProgress} from './progress-element.js' */
/** @import {Job, MineWatch} from './types.js' */

/** Jobs that are shown until more are asked for. */
const PAGE = 25;
/** Attributes that the items have from their list. */
const SHARED = ['base', 'controls', 'log', 'prefetch', 'lang', 'signin-url'];
const PARTS =
  'job, title, state, bar, stage, message, amount, eta, cancel, retry, delete, error, results, artifact, log';

/**
 * `<tidings-jobs>`: all own jobs, newest first. Attributes: as `<tidings-progress>`, but `job` and `announce`. Tells its page
 * by the bubbling events of its `<tidings-progress>`es, by `tidings-connection` and by `tidings-error`.
 */
export class TidingsJobs extends TidingsElement {
  /** @type {MineWatch | undefined} */
  #mine;
  /** Why nothing can be shown. @type {unknown} */
  #refusal;
  #shown = PAGE;
  #filter = '';
  /** The job to go to as soon as it is in the list. */
  #wanted = '';
  /** @type {Map<string, HTMLLIElement>} */
  #items = new Map();
  /** @type {Map<string, string>} */
  #states = new Map();
  #list = make('ul', {part: 'jobs'});
  #empty = make('p', {part: 'empty'});
  #more = make('button', {part: 'more'});
  #live = make('div', {class: 'quiet', role: 'status'});
  #scheduled = false;

  constructor() {
    super();
    this.shadowRoot?.append(this.#list, this.#empty, this.#more, this.#live);
    this.#list.tabIndex = -1;
    this.#more.onclick = () => {
      this.#shown += PAGE;
      this.render();
    };
    this.#list.addEventListener('tidings-acted', ({detail: {id, job}}) => {
      if (job) this.#mine?.put(job);
      else this.#mine?.forget(id);
    });
  }

  /** @protected @override @param {AbortSignal} signal */
  follow(signal) {
    this.#refusal = undefined;
    const mine = (this.#mine = watchMine({base: this.baseUrl, signal}));
    mine.addEventListener('change', ({detail}) => this.#change(detail.job), {signal});
    for (const name of ['deleted', 'ready']) mine.addEventListener(name, () => this.render(), {signal});
    mine.addEventListener('connection', ({detail}) => emit(this, 'tidings-connection', detail), {signal});
    mine.addEventListener('error', ({detail}) => this.#refuse(detail), {signal});
  }

  /** @param {Error} error */
  #refuse(error) {
    this.#refusal = error;
    this.render();
    emit(this, 'tidings-error', error);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#mine = undefined;
  }

  /** @override @param {string} name @param {string | null} before @param {string | null} after */
  attributeChangedCallback(name, before, after) {
    if (SHARED.includes(name)) {
      for (const {firstElementChild: item} of this.#items.values()) if (item) reflect(item, name, after);
    }
    super.attributeChangedCallback(name, before, after);
  }

  /** Shows a job ahead of the stream, such as one that was submitted just now. @param {Job} job */
  put(job) {
    this.#mine?.put(job);
  }

  /** Drops a job that was deleted elsewhere on the page. @param {string} id */
  drop(id) {
    this.#mine?.forget(id);
  }

  /** Brings a job into view, with the focus on it. @param {string} id */
  reveal(id) {
    this.#wanted = id;
    this.render();
  }

  /** Only jobs whose title, type or state has this text are shown, in any case; empty for all. */
  get filter() {
    return this.#filter;
  }
  set filter(text) {
    this.#filter = text;
    this.render();
  }

  /** The finished jobs that match the filter, shown or not. @returns {Job[]} */
  get finished() {
    return this.#matching().filter(({state}) => terminal(state));
  }

  /** @returns {Job[]} newest first */
  #matching() {
    const words = this.#filter.trim().toLocaleLowerCase(this.texts.language);
    const text = (/** @type {Job} */ job) =>
      `${nameOf(job, this.baseUrl, () => this.render())} ${job.type} ${this.texts.phrase(job.state)}`;
    return [...(this.#mine?.jobs.values() ?? [])]
      .filter((job) => !words || text(job).toLocaleLowerCase(this.texts.language).includes(words))
      .sort((a, b) => (a.created < b.created ? 1 : a.created > b.created ? -1 : 0));
  }

  /** @param {Job} job */
  #change(job) {
    const before = this.#states.get(job.id);
    this.#states.set(job.id, job.state);
    // One voice for all of them, and only for what changed while the page was open.
    if (before && before !== job.state && this.#mine?.ready) {
      const name = nameOf(job, this.baseUrl, () => {});
      setText(this.#live, this.texts.phrase('said', name, this.texts.phrase(job.state)));
    }
    const item = this.#items.get(job.id);
    if (item) /** @type {TidingsProgress} */ (item.firstElementChild).state = job;
    else this.render();
  }

  /**
   * Arranges the items once for all changes that come together. Not by animation frames: a hidden tab has none, and its list
   * is to be right when it is looked at.
   * @protected
   * @override
   */
  render() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => {
      this.#scheduled = false;
      if (this.#mine) this.#arrange(this.#mine);
    }, 16);
  }

  /** @param {MineWatch} mine */
  #arrange(mine) {
    const {texts} = this;
    const jobs = this.#matching();
    const shown = jobs.slice(0, this.#shown);
    const ids = new Set(shown.map((job) => job.id));
    for (const [id, item] of this.#items) if (!ids.has(id)) this.#remove(id, item);
    shown.forEach((job, at) => {
      const item = this.#items.get(job.id) ?? this.#make(job);
      const there = this.#list.children[at];
      if (there !== item) this.#list.insertBefore(item, there ?? null);
    });
    this.#list.setAttribute('aria-label', texts.phrase('jobs'));
    setText(this.#more, texts.phrase('more'));
    this.#more.hidden = jobs.length <= shown.length;
    this.#empty.hidden = jobs.length > 0;
    if (isSignedOut(this.#refusal)) this.showSignedOut(this.#empty);
    else if (this.#refusal) setText(this.#empty, texts.phrase('problem', messageOf(this.#refusal)));
    else
      setText(this.#empty, texts.phrase(!mine.ready ? 'loading' : mine.jobs.size > 0 ? 'noMatch' : 'empty'));
    const wanted = this.#items.get(this.#wanted);
    if (!wanted) return;
    this.#wanted = '';
    wanted.tabIndex = -1;
    wanted.scrollIntoView({block: 'nearest'});
    wanted.focus({preventScroll: true});
  }

  /** @param {string} id @param {HTMLElement} item */
  #remove(id, item) {
    this.#items.delete(id);
    this.#states.delete(id);
    const focused = item.contains(this.shadowRoot?.activeElement ?? null);
    const next = (item.nextElementSibling ?? item.previousElementSibling)?.firstElementChild;
    item.remove();
    if (!focused) return;
    /** @type {HTMLElement | null | undefined} */
    const button = next?.shadowRoot?.querySelector('button:not([hidden])');
    (button ?? this.#list).focus();
  }

  /** @param {Job} job */
  #make(job) {
    const element = document.createElement('tidings-progress');
    for (const name of SHARED) reflect(element, name, this.getAttribute(name));
    element.announce = 'off';
    element.setAttribute('exportparts', PARTS);
    element.state = job;
    const item = make('li', {part: 'item'}, element);
    this.#items.set(job.id, item);
    this.#states.set(job.id, job.state);
    return item;
  }
}

// @ts-check
import {watchMine} from './mine.js';
import {TidingsProgress} from './progress-element.js';
import {dress, make} from './style.js';
import {Texts} from './texts.js';
import {BASE, tell} from './world.js';
/** @import {Job, MineWatch} from '../tidings.js' */

/** Jobs that are shown until more are asked for. */
const PAGE = 25;

/**
 * `<tidings-jobs>`: all own jobs, newest first. Attributes: `base`, `controls` and `log` (as `<tidings-progress>`), `lang`. Tells its page by the
 * bubbling events of its `<tidings-progress>`es and by `tidings-connection`.
 */
export class TidingsJobs extends HTMLElement {
  /** @type {AbortController | undefined} */
  #life;
  /** @type {MineWatch | undefined} */
  #mine;
  #texts = new Texts('en');
  #shown = PAGE;
  /** @type {Map<string, HTMLLIElement>} */
  #items = new Map();
  /** @type {Map<string, string>} */
  #states = new Map();
  #list = make('ul', {part: 'jobs'});
  #empty = make('p', {part: 'empty'});
  #more = make('button', {part: 'more'});
  #live = make('div', {class: 'quiet', role: 'status'});
  #arranging = false;

  constructor() {
    super();
    const root = this.attachShadow({mode: 'open'});
    dress(root);
    root.append(this.#list, this.#empty, this.#more, this.#live);
    this.#list.tabIndex = -1;
    this.#more.onclick = () => {
      this.#shown += PAGE;
      this.#arrange();
    };
    this.#list.addEventListener('tidings-acted', (event) =>
      this.#acted(/** @type {CustomEvent} */ (event).detail),
    );
  }

  connectedCallback() {
    this.#texts = Texts.around(this, () => this.#arrange());
    this.#life = new AbortController();
    const {signal} = this.#life;
    const base = new URL(this.getAttribute('base') ?? BASE, document.baseURI);
    const mine = (this.#mine = /** @type {MineWatch} */ (watchMine({base, signal})));
    mine.addEventListener('change', ({detail}) => this.#change(detail.job), {signal});
    mine.addEventListener('deleted', () => this.#arrange(), {signal});
    mine.addEventListener('ready', () => this.#arrange(), {signal});
    for (const name of ['connection', 'error']) {
      mine.addEventListener(
        name,
        (event) => tell(this, `tidings-${name}`, /** @type {CustomEvent} */ (event).detail),
        {signal},
      );
    }
    this.#arrange();
  }

  disconnectedCallback() {
    this.#life?.abort();
    this.#mine = undefined;
  }

  /** Shows a job ahead of the stream, such as one that was submitted just now. @param {Job} job */
  put(job) {
    this.#mine?.put(job);
  }

  /** @param {Job} job */
  #change(job) {
    const before = this.#states.get(job.id);
    this.#states.set(job.id, job.state);
    // One voice for all of them, and only for what changed while the page was open.
    if (before && before !== job.state && this.#mine?.ready) {
      this.#live.textContent = this.#texts.say('said', job.title || job.type, this.#texts.say(job.state));
    }
    const item = this.#items.get(job.id);
    if (item) /** @type {TidingsProgress} */ (item.firstElementChild).state = job;
    else this.#arrange();
  }

  /** Once for all that come together. Not by animation frames: a hidden tab has none, and its list is to be right when it is looked at. */
  #arrange() {
    if (this.#arranging) return;
    this.#arranging = true;
    setTimeout(() => {
      this.#arranging = false;
      if (this.#mine) this.#lay(this.#mine);
    }, 16);
  }

  /** @param {MineWatch} mine */
  #lay(mine) {
    const jobs = [...mine.jobs.values()].sort((a, b) =>
      a.created < b.created ? 1 : a.created > b.created ? -1 : 0,
    );
    const shown = jobs.slice(0, this.#shown);
    const ids = new Set(shown.map((job) => job.id));
    for (const [id, item] of this.#items) {
      if (ids.has(id)) continue;
      this.#items.delete(id);
      this.#states.delete(id);
      const focused = item.contains(this.shadowRoot?.activeElement ?? null);
      const next = item.nextElementSibling ?? item.previousElementSibling;
      item.remove();
      if (focused)
        /** @type {HTMLElement} */ (
          next?.firstElementChild?.shadowRoot?.querySelector('button:not([hidden])') ?? this.#list
        ).focus();
    }
    shown.forEach((job, at) => {
      const item = this.#items.get(job.id) ?? this.#make(job);
      if (this.#list.children[at] !== item) this.#list.insertBefore(item, this.#list.children[at] ?? null);
    });
    this.#list.setAttribute('aria-label', this.#texts.say('jobs'));
    this.#more.textContent = this.#texts.say('more');
    this.#more.hidden = jobs.length <= shown.length;
    this.#empty.hidden = jobs.length > 0;
    this.#empty.textContent = this.#texts.say(mine.ready ? 'empty' : 'loading');
  }

  /** @param {Job} job */
  #make(job) {
    const element = /** @type {TidingsProgress} */ (document.createElement('tidings-progress'));
    for (const name of ['base', 'controls', 'log', 'prefetch']) {
      const value = this.getAttribute(name);
      if (value !== null) element.setAttribute(name, value);
    }
    element.setAttribute('announce', 'off');
    element.setAttribute(
      'exportparts',
      'job, title, state, bar, stage, message, amount, eta, cancel, retry, delete, error, results, artifact, log',
    );
    element.state = job;
    const item = make('li', {part: 'item'}, element);
    this.#items.set(job.id, item);
    this.#states.set(job.id, job.state);
    return item;
  }

  /** @param {{id: string, job?: Job}} acted */
  #acted({id, job}) {
    if (job) this.#mine?.put(job);
    else this.#mine?.forget(id);
  }
}

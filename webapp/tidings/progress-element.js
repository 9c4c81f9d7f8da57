// @ts-check
import {cancel, get, remove, retry} from './api.js';
import {TidingsElement, reflect} from './element.js';
import {emit, serverNowMs} from './environment.js';
import {TidingsError, isSignedOut, messageOf} from './errors.js';
import {watchMine} from './my-jobs.js';
import {view} from './progress-view.js';
import {terminal} from './state.js';
import {make, setText} from './style.js';
import {nameOf} from './type-titles.js';
import {credentialsFor, resolveJob} from './urls.js';
import {watch} from './watch.js';
/** @import {JobLog} from './job-log.js' */
/** @import {Artifact, Job} from './types.js' */

/** Artifacts up to this size are fetched as soon as they are there, so that the click finds them in the cache. */
const PREFETCH_BYTES = 256 * 1024;
/** Of the way, between two announcements of a running job. */
const ANNOUNCED_PERCENT = 25;

/**
 * `<tidings-progress job="…">`: one job as it goes on. Attributes: `job` (its id or `links.self`), `base`, `controls` (of
 * `cancel retry delete`; all by default), `log` (offers log and result), `announce="off"`, `prefetch="off"`, `lang`,
 * `signin-url`; all but `lang` are properties too. Tells its page by the bubbling events `tidings-state` (the job as
 * `detail`), `tidings-acted` and `tidings-problem`.
 */
export class TidingsProgress extends TidingsElement {
  static observedAttributes = [...TidingsElement.observedAttributes, 'job'];
  /** @protected */
  static ownProperties = [...TidingsElement.ownProperties, 'job', 'state'];
  /** @type {Job | null | undefined} */
  #job;
  /** Whether a page gave the job itself: then nothing is read. */
  #given = false;
  /** What failed last. @type {unknown} */
  #problem;
  #view = view();
  /** @type {JobLog | undefined} */
  #log;
  #announced = '';
  #announcedPercent = 0;
  /** @type {Set<string>} */
  #links = new Set();
  /** The job whose result is shown. */
  #resultOf = '';
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #clock;

  constructor() {
    super();
    const {job, live, cancel: stop, retry: again, delete: away, logBox, resultBox} = this.#view;
    this.shadowRoot?.append(job, live);
    stop.onclick = () => this.#act(stop, cancel);
    again.onclick = () => this.#act(again, retry);
    away.onclick = () => this.#remove(away);
    away.onblur = () => this.#sure(false);
    away.onkeydown = ({key}) => key === 'Escape' && this.#sure(false);
    logBox.ontoggle = () => this.#toggleLog();
    resultBox.ontoggle = () => this.#toggleResult();
  }

  /** The job's id or `links.self`. */
  get job() {
    return this.getAttribute('job');
  }
  set job(value) {
    reflect(this, 'job', value);
  }

  /**
   * The job to show, from a page that has it already (`<tidings-jobs>`). Then `job` is not needed, and no connection is made.
   */
  get state() {
    return this.#job;
  }
  set state(job) {
    this.#given = true;
    this.#show(job);
  }

  /** @protected @override */
  forget() {
    if (!this.#given) this.#job = undefined;
    this.#problem = undefined;
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#log?.close();
    clearInterval(this.#clock);
  }

  /**
   * Reads by the connection that all elements share. A job that it does not tell of (another owner's, an old one) is read by
   * a connection of its own.
   * @protected
   * @override
   * @param {AbortSignal} signal
   */
  follow(signal) {
    const name = this.job;
    if (this.#given || !name) return;
    const base = this.baseUrl;
    const url = resolveJob(name, base);
    const id = url.split('/').at(-1) ?? '';
    const mine = watchMine({base, signal});
    const readAlone = () => {
      mine.close();
      const one = watch(url, {base, signal});
      one.addEventListener('event', () => this.#show(one.job));
      one.addEventListener('error', ({detail}) => signal.aborted || this.#fail(detail));
    };
    const look = () => {
      const job = mine.jobs.get(id);
      if (job) this.#show(job);
      else if (mine.ready) readAlone();
    };
    mine.addEventListener('change', ({detail}) => detail.id === id && this.#show(detail.job));
    mine.addEventListener('deleted', ({detail}) => detail.id === id && this.#show(null));
    mine.addEventListener('error', ({detail}) => (isSignedOut(detail) ? this.#fail(detail) : readAlone()));
    mine.addEventListener('ready', look);
    look();
  }

  /** @param {Job | null | undefined} job null: there is none (any more) */
  #show(job) {
    const before = this.#job;
    this.#job = job;
    this.#problem = undefined;
    this.render();
    if (!job || !this.life) return;
    if (before?.state !== job.state) emit(this, 'tidings-state', job);
    if (before && !terminal(before.state)) this.#prefetch(job);
  }

  /** @protected @override */
  render() {
    const job = this.#job;
    const {texts} = this;
    const view = this.#view;
    const phrases = {
      cancel: 'cancel',
      retry: 'retry',
      delete: 'remove',
      logWord: 'log',
      resultWord: 'results',
    };
    if (view.delete.classList.contains('sure')) phrases.delete = 'sure';
    for (const [name, key] of Object.entries(phrases)) setText(view[name], texts.phrase(key));
    const over = !!job && terminal(job.state);
    view.job.dataset.state = job?.state ?? '';
    setText(view.title, job ? this.#name(job) : '');
    setText(view.state, this.#problem && !job ? '' : texts.phrase(this.#stateKey(job)));
    const progress = job?.progress ?? {};
    view.bar.hidden = !job || over;
    if (progress.percent !== undefined && job?.state === 'running') view.bar.value = progress.percent;
    else view.bar.removeAttribute('value');
    view.bar.setAttribute('aria-label', texts.phrase('progress', view.title.textContent ?? ''));
    setText(view.stage, over ? '' : progress.stage);
    setText(view.message, over ? '' : progress.message);
    setText(view.amount, this.#amount(job));
    this.#tick();
    clearInterval(this.#clock);
    if (this.life && job && !over) this.#clock = setInterval(() => this.#tick(), 1_000);
    this.#showError(job);
    this.#showControls(job, over);
    this.#showArtifacts(job?.artifacts ?? []);
    const shown = job?.state === 'succeeded' && (job.result ?? null) !== null;
    view.resultBox.hidden = !this.log || !(shown || job?.truncated?.includes('result'));
    if (view.resultBox.hidden) view.resultBox.open = false;
    view.logBox.hidden = !this.log || !job;
    this.#toggleLog();
    if (job && this.life) this.#speak(job);
  }

  /** @param {Job} job */
  #name(job) {
    return nameOf(job, this.baseUrl, () => this.#job === job && this.render());
  }

  /** @param {Job | null | undefined} job */
  #stateKey(job) {
    if (!job) return job === null ? 'gone' : 'loading';
    return job.cancelRequested && !terminal(job.state) ? 'cancelling' : job.state;
  }

  /** @param {Job | null | undefined} job */
  #amount(job) {
    const {texts} = this;
    const {done, total, unit, percent} = job?.progress ?? {};
    if (!job || terminal(job.state)) return '';
    const words = [];
    if (done !== undefined && total !== undefined) {
      const part = texts.quantity(done, unit === 'bytes' ? unit : '');
      words.push(texts.phrase('of', part, texts.quantity(total, unit)));
    } else if (done !== undefined) {
      words.push(texts.quantity(done, unit));
    }
    if (percent !== undefined) words.push(texts.percent(percent));
    if (job.attempt > 1) words.push(texts.phrase('attempt', texts.number(job.attempt)));
    return words.join(' · ');
  }

  /** What changes by itself as time goes on. */
  #tick() {
    const job = this.#job;
    const {texts} = this;
    let text = '';
    if (job && terminal(job.state) && job.finished) {
      text = texts.time(job.finished);
      const tookMs = Date.parse(job.finished) - Date.parse(job.started ?? '');
      if (tookMs >= 0) text += ` · ${texts.phrase('took', texts.duration(tookMs))}`;
    } else if (job?.state === 'running' && job.progress?.eta) {
      const leftMs = Math.max(0, Date.parse(job.progress.eta) - serverNowMs());
      text = texts.phrase('left', texts.duration(Math.ceil(leftMs / 1_000) * 1_000));
    }
    setText(this.#view.eta, text);
  }

  /** @param {Job | null | undefined} job */
  #showError(job) {
    const {error} = this.#view;
    if (isSignedOut(this.#problem)) {
      this.showSignedOut(error);
    } else if (this.#problem) {
      setText(error, this.texts.phrase('problem', messageOf(this.#problem)));
    } else {
      setText(error, job?.state === 'failed' ? (job.error?.detail ?? job.error?.title) : '');
    }
    error.hidden = !error.textContent;
  }

  /** @param {Job | null | undefined} job @param {boolean} over */
  #showControls(job, over) {
    const view = this.#view;
    const wanted = (this.controls ?? 'cancel retry delete').split(/\s+/);
    view.cancel.hidden = !job || over || !wanted.includes('cancel');
    view.cancel.setAttribute('aria-disabled', String(!!job?.cancelRequested));
    const again = job?.state === 'failed' || job?.state === 'cancelled';
    view.retry.hidden = !again || !wanted.includes('retry');
    view.delete.hidden = !over || !wanted.includes('delete');
  }

  /** @param {Artifact[]} artifacts */
  #showArtifacts(artifacts) {
    const {results} = this.#view;
    const hrefs = new Set(artifacts.map(({href}) => href));
    results.hidden = hrefs.size === 0;
    if (hrefs.size === this.#links.size && [...hrefs].every((href) => this.#links.has(href))) return;
    this.#links = hrefs;
    const items = artifacts.map(({name, size, href, mediaType}) => {
      const bytes = make('small', {}, this.texts.quantity(size, 'bytes'));
      const url = new URL(href, this.baseUrl);
      // A report opens beside this page, where the server lets it do nothing but be read.
      const report = mediaType.startsWith('text/html');
      if (report) url.searchParams.set('view', 'true');
      /** @type {Record<string, string>} */
      const how = report ? {target: '_blank', rel: 'noopener'} : {download: ''};
      const link = make('a', {part: 'artifact', ...how}, make('bdi', {}, name), bytes);
      link.href = String(url);
      return make('li', {}, link);
    });
    results.replaceChildren(...items);
  }

  /** Tells screen readers state changes, and now and then how far it is; never each report. @param {Job} job */
  #speak(job) {
    const {texts} = this;
    const {live} = this.#view;
    const silent = this.announce === 'off';
    const key = this.#stateKey(job);
    const percent = Math.floor((job.progress?.percent ?? 0) / ANNOUNCED_PERCENT) * ANNOUNCED_PERCENT;
    if (this.#announced !== key) {
      const first = this.#announced === '';
      this.#announced = key;
      this.#announcedPercent = percent;
      if (!first && !silent) setText(live, texts.phrase('said', this.#name(job), texts.phrase(key)));
    } else if (job.state === 'running' && percent > this.#announcedPercent && percent < 100) {
      this.#announcedPercent = percent;
      if (!silent) setText(live, texts.phrase('percent', this.#name(job), texts.percent(percent)));
    }
  }

  /** @param {Job} job */
  #prefetch(job) {
    if (this.prefetch === 'off') return;
    for (const {href, size} of job.artifacts) {
      const url = String(new URL(href, this.baseUrl));
      if (size > PREFETCH_BYTES || prefetched.has(url)) continue;
      prefetched.add(url);
      fetch(url, {priority: 'low', credentials: credentialsFor(url)})
        .then((response) => response.arrayBuffer())
        .catch(() => prefetched.delete(url));
    }
  }

  /** What it takes to read a log is fetched when somebody opens one. */
  async #toggleLog() {
    const {log, logBox} = this.#view;
    const open = () => logBox.open && !logBox.hidden;
    try {
      if (open()) this.#log ??= new (await import('./job-log.js')).JobLog(log, watch, make);
    } catch (error) {
      this.#fail(error);
    }
    // It may have been closed again meanwhile.
    const job = this.#job;
    if (open() && this.life && job) {
      this.#log?.open(new URL(job.links.self, this.baseUrl), this.baseUrl, this.texts);
    } else {
      this.#log?.close();
    }
  }

  /** The result is fetched when somebody opens it: lists leave long ones out, and its numbers are shown digit by digit. */
  async #toggleResult() {
    const {result, resultBox} = this.#view;
    const job = this.#job;
    if (!resultBox.open || !job || this.#resultOf === job.id) return;
    setText(result, this.texts.phrase('loading'));
    try {
      const {parseExactly, resultView} = await import('./result-view.js');
      const whole = await get(resolveJob(job.links.self, this.baseUrl), {parse: parseExactly});
      this.#resultOf = job.id;
      result.replaceChildren(resultView(whole.result, make));
    } catch (error) {
      setText(result, '');
      this.#fail(error);
    }
  }

  /** A job is deleted for good, so the button asks first: the same button again means yes. @param {HTMLButtonElement} away */
  #remove(away) {
    if (away.classList.contains('sure')) this.#act(away, remove);
    this.#sure(!away.classList.contains('sure'));
  }

  /** @param {boolean} sure */
  #sure(sure) {
    this.#view.delete.classList.toggle('sure', sure);
    this.render();
  }

  /** @param {HTMLButtonElement} button @param {typeof cancel | typeof remove} action */
  async #act(button, action) {
    const job = this.#job;
    // Not disabled meanwhile: a disabled button loses the focus.
    if (!job || button.getAttribute('aria-disabled') === 'true') return;
    button.setAttribute('aria-disabled', 'true');
    try {
      const answer = (await action(job.id, {base: this.baseUrl})) ?? undefined;
      // Tried again: that is what is looked at now.
      if (answer && answer.id !== job.id && !this.#given) this.job = answer.id;
      emit(this, 'tidings-acted', {id: job.id, job: answer});
    } catch (error) {
      this.#fail(error);
    } finally {
      const cancelling = button === this.#view.cancel && this.#job?.cancelRequested;
      button.setAttribute('aria-disabled', String(!!cancelling));
    }
  }

  /** @param {unknown} error */
  #fail(error) {
    if (error instanceof TidingsError && error.status === 404) {
      this.#show(null);
    } else {
      if (isSignedOut(error)) this.#job = undefined;
      this.#problem = error;
      this.render();
    }
    emit(this, 'tidings-problem', error);
  }
}

/** What was fetched ahead by this page. @type {Set<string>} */
const prefetched = new Set();

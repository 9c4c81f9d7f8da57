// @ts-check
import {adoptStyles, make} from './style.js';
import {Texts} from './texts.js';
import {BASE} from './urls.js';

/** Where there is no page, the module can be imported all the same. */
const Base = /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? class {});

/** Sets an attribute, or removes it. @param {Element} element @param {string} name @param {unknown} value */
export function reflect(element, name, value) {
  if (value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, String(value));
}

/**
 * What both elements have in common: attributes that are properties too, whether they are set before the element is defined,
 * before it is connected, or later.
 */
export class TidingsElement extends Base {
  static observedAttributes = ['base', 'controls', 'log', 'announce', 'prefetch', 'lang', 'signin-url'];
  /** Properties that may have been set before the element was defined. @protected */
  static ownProperties = ['base', 'controls', 'log', 'announce', 'prefetch', 'signinUrl'];
  /** From being connected to being disconnected. @protected @type {AbortController | undefined} */
  life;
  /** @protected */
  texts = new Texts('en');

  constructor() {
    super();
    adoptStyles(this.attachShadow({mode: 'open'}));
  }

  /** Where Tidings is, if not where the module came from. */
  get base() {
    return this.getAttribute('base');
  }
  set base(value) {
    reflect(this, 'base', value);
  }

  /** Which of `cancel retry delete` are offered; null for all. */
  get controls() {
    return this.getAttribute('controls');
  }
  set controls(value) {
    reflect(this, 'controls', value);
  }

  /** Whether log and result are offered. */
  get log() {
    return this.hasAttribute('log');
  }
  set log(value) {
    reflect(this, 'log', value ? '' : null);
  }

  /** `off`: says nothing to screen readers. */
  get announce() {
    return this.getAttribute('announce');
  }
  set announce(value) {
    reflect(this, 'announce', value);
  }

  /** `off`: small results are not fetched ahead. */
  get prefetch() {
    return this.getAttribute('prefetch');
  }
  set prefetch(value) {
    reflect(this, 'prefetch', value);
  }

  /** Where a reader who is not signed in can do so. */
  get signinUrl() {
    return this.getAttribute('signin-url');
  }
  set signinUrl(value) {
    reflect(this, 'signin-url', value);
  }

  /** @protected */
  get baseUrl() {
    return new URL(this.base ?? BASE, document.baseURI);
  }

  connectedCallback() {
    for (const name of /** @type {typeof TidingsElement} */ (this.constructor).ownProperties) {
      if (!Object.hasOwn(this, name)) continue;
      // Set before the element was defined: it hides the accessor.
      const value = Reflect.get(this, name);
      Reflect.deleteProperty(this, name);
      Reflect.set(this, name, value);
    }
    this.localize();
    this.life = new AbortController();
    this.follow(this.life.signal);
    this.render();
  }

  disconnectedCallback() {
    this.life?.abort();
    this.life = undefined;
  }

  /** @param {string} name @param {string | null} before @param {string | null} after */
  attributeChangedCallback(name, before, after) {
    if (!this.life || before === after) return;
    if (name === 'base' || name === 'job') {
      this.disconnectedCallback();
      this.forget();
      this.connectedCallback();
    } else {
      if (name === 'lang') this.localize();
      this.render();
    }
  }

  /** Takes the words and formats of the language around. @protected */
  localize() {
    this.texts = Texts.around(this, () => this.render());
  }

  /** Says in a place that the reader is not signed in, and where that can be done. @protected @param {HTMLElement} place */
  showSignedOut(place) {
    const {texts, signinUrl} = this;
    place.replaceChildren(texts.phrase('signedOut'));
    if (!signinUrl) return;
    const link = make('a', {part: 'signin'}, texts.phrase('signIn'));
    link.href = signinUrl;
    place.append(' ', link);
  }

  /** Reads until the signal ends it. @protected @param {AbortSignal} signal */
  follow(signal) {}

  /** Forgets what was read. @protected */
  forget() {}

  /** @protected */
  render() {}
}

// @ts-check
/** Defines `<tidings-progress>` and `<tidings-jobs>`. See docs/guide/embed.md. */
import {TidingsJobs} from './tidings/jobs-element.js';
import {TidingsProgress} from './tidings/progress-element.js';

export {addTexts} from './tidings/texts.js';
export {TidingsJobs, TidingsProgress};

// A page may load the module twice, by two URLs: the first one counts. Where there is no page nothing is defined.
for (const [name, element] of Object.entries({
  'tidings-progress': TidingsProgress,
  'tidings-jobs': TidingsJobs,
})) {
  if (globalThis.customElements && !customElements.get(name)) customElements.define(name, element);
}

// @ts-check
/** Defines `<tidings-progress>` and `<tidings-jobs>`. See docs/guide/embed.md. */
import {TidingsJobs} from './tidings/jobs-element.js';
import {TidingsProgress} from './tidings/progress-element.js';

export {addTexts} from './tidings/texts.js';
export {TidingsJobs, TidingsProgress};

customElements.define('tidings-progress', TidingsProgress);
customElements.define('tidings-jobs', TidingsJobs);

// What JSDoc can't say: which element a tag is, and what the elements' events carry. Goes into tidings-elements.d.ts.
import type {TidingsJobs, TidingsProgress} from '../../../../webapp/tidings-elements.js';
import type {Connection, Job} from '../../../../webapp/tidings/types.js';

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

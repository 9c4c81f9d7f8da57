// @ts-check
import {applyEvent, terminal} from './state.js';
/** @import {Job, JobEvent} from './types.js' */

/** Events of one job that are kept until its snapshot comes. */
const MAX_EARLY = 200;

/** @param {Job} job @returns {JobEvent} */
export const snapshotOf = (job) => ({
  type: 'snapshot',
  seq: job.seq,
  job: job.id,
  at: job.created,
  state: job,
});

/**
 * The jobs of one reader as events make them. Pure: knows no network, no clock and no other tabs.
 *
 * A connection names every present job by a snapshot first. A job that was known and is not named is unconfirmed: it has to
 * be looked up, since it may have been deleted meanwhile.
 */
export class JobSet {
  /** @type {Map<string, Job>} */
  jobs = new Map();
  /** Whether all present jobs are in `jobs`. */
  ready = false;
  /** @type {Set<string>} */
  #unconfirmed = new Set();
  /** Events of jobs of which no snapshot came yet. @type {Map<string, JobEvent[]>} */
  #early = new Map();

  /** @param {JobEvent} event @returns {{id: string, job: Job, event: JobEvent}[]} what it changed, in order */
  apply(event) {
    const id = event.job;
    const before = this.jobs.get(id);
    const job = applyEvent(before, event);
    if (!job) {
      // It was submitted meanwhile.
      const early = this.#early.get(id) ?? [];
      this.#early.set(id, early);
      if (early.length < MAX_EARLY) early.push(event);
      return [];
    }
    const known = before && job.seq === before.seq && event.type === 'snapshot' && !event.reset;
    if (job === before || known) return [];
    this.jobs.set(id, job);
    const early = this.#early.get(id) ?? [];
    this.#early.delete(id);
    return [{id, job, event}, ...early.flatMap((later) => this.apply(later))];
  }

  /** @param {string} id @returns {boolean} whether it was there */
  remove(id) {
    this.#unconfirmed.delete(id);
    this.#early.delete(id);
    return this.jobs.delete(id);
  }

  /** A connection begins. */
  expectSnapshots() {
    this.#unconfirmed = new Set(this.jobs.keys());
  }

  /** @param {Job[]} page the newest jobs @param {boolean} full whether there may be older ones */
  expectPage(page, full) {
    const named = new Set(page.map((job) => job.id));
    // Older jobs that are finished may well be on the next page.
    const oldest = full ? (page.at(-1)?.created ?? '') : '';
    for (const {id, state, created} of this.jobs.values()) {
      if (!named.has(id) && (!terminal(state) || created > oldest)) this.#unconfirmed.add(id);
    }
  }

  /** @param {string} id @param {boolean} confirmed */
  confirm(id, confirmed) {
    if (confirmed) this.#unconfirmed.delete(id);
    else this.#unconfirmed.add(id);
  }

  /** Takes out what has to be looked up. @param {number} limit */
  takeUnconfirmed(limit) {
    const ids = [...this.#unconfirmed].slice(0, limit);
    for (const id of ids) this.#unconfirmed.delete(id);
    return ids;
  }
}

// @ts-check
import {types} from './api.js';
/** @import {Job} from './types.js' */

/** Titles of job types, by base. @type {Map<string, {loaded: Promise<void>, titles: Map<string, string>}>} */
const known = new Map();

/**
 * What people call a job: its title, else that of its type, else the type's name.
 * @param {Job} job
 * @param {URL} base
 * @param {() => void} onTitles when the titles of types came that are missing now
 */
export function nameOf(job, base, onTitles) {
  if (job.title) return job.title;
  const key = String(base);
  let here = known.get(key);
  if (!here) {
    const titles = new Map();
    const loaded = types({base}).then(
      (all) => all.forEach(({name, title}) => titles.set(name, title)),
      () => {},
    );
    known.set(key, (here = {loaded, titles}));
  }
  if (here.titles.size === 0) here.loaded.then(onTitles);
  return here.titles.get(job.type) ?? job.type;
}

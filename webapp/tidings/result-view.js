// @ts-check

/**
 * Reads JSON, and keeps numbers that JavaScript can't hold as the text that they came as.
 * Imports nothing, so that `tidings.min.js` can fetch it too.
 * @param {string} text
 */
export function parseExactly(text) {
  // Strings are matched first, so that no digit inside of one is taken for a number.
  const exact = text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (part) =>
    part[0] === '"' || isExact(part) ? part : JSON.stringify(MARK + part),
  );
  return JSON.parse(exact);
}

/** Begins a string that stands for a number; no JSON of a job has a NUL. */
const MARK = '\0';

/** @param {string} number */
const isExact = (number) =>
  String(Number(number)) === number || (/[.eE]/.test(number) && significant(number) <= 15);

/** @param {string} number */
const significant = (number) =>
  number
    .replace(/[eE].*/, '')
    .replace(/\D/g, '')
    .replace(/^0+/, '').length;

/** Rows and nested levels that are shown; a result is small, and the whole is in the job. */
const MAX_ROWS = 200;
const MAX_DEPTH = 4;

/**
 * A result as a table that people can read: a row for each member, a column for each member of a list's objects.
 * @param {unknown} value what {@link parseExactly} read
 * @param {typeof import('./style.js').make} make
 * @param {number} [depth]
 * @returns {HTMLElement}
 */
export function resultView(value, make, depth = 0) {
  if (value === null || typeof value !== 'object' || depth === MAX_DEPTH)
    return make('bdi', {}, textOf(value));
  const cell = (/** @type {unknown} */ item) => make('td', {}, resultView(item, make, depth + 1));
  if (Array.isArray(value)) {
    const columns = columnsOf(value);
    const rows = value
      .slice(0, MAX_ROWS)
      .map((item) => make('tr', {}, ...(columns ? columns.map((name) => cell(item[name])) : [cell(item)])));
    const head = columns ? [make('tr', {}, ...columns.map((name) => make('th', {scope: 'col'}, name)))] : [];
    const rest =
      value.length > MAX_ROWS ? [make('tr', {}, make('td', {}, `… ${value.length - MAX_ROWS}`))] : [];
    return make('table', {}, ...head, ...rows, ...rest);
  }
  const rows = Object.entries(value)
    .slice(0, MAX_ROWS)
    .map(([name, item]) => make('tr', {}, make('th', {scope: 'row'}, name), cell(item)));
  return make('table', {}, ...rows);
}

/** The columns of a list of flat objects; undefined for another list. @param {unknown[]} list */
function columnsOf(list) {
  const objects = list.every((item) => item !== null && typeof item === 'object' && !Array.isArray(item));
  if (!objects || list.length === 0) return undefined;
  return [...new Set(list.slice(0, MAX_ROWS).flatMap((item) => Object.keys(/** @type {object} */ (item))))];
}

/** @param {unknown} value */
function textOf(value) {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'object') return JSON.stringify(value).replace(/"\\u0000([^"]*)"/g, '$1');
  return String(value).replace(MARK, '');
}

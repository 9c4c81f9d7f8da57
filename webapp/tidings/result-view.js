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

/**
 * What was read exactly as indented JSON.
 * @param {unknown} value
 */
export const formatExactly = (value) => JSON.stringify(value, null, 2).replace(/"\\u0000([^"]*)"/g, '$1');

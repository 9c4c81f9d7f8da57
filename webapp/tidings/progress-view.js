// @ts-check
import {make} from './style.js';

/**
 * @typedef {object} View
 * @property {HTMLProgressElement} bar
 * @property {HTMLButtonElement} cancel
 * @property {HTMLButtonElement} retry
 * @property {HTMLButtonElement} delete
 * @property {HTMLDetailsElement} logBox
 * @property {HTMLDetailsElement} resultBox
 */
/** What there is to see of a job: the parts by their names, and some more. @returns {View & Record<string, HTMLElement>} */
export function view() {
  /** @type {Record<string, HTMLElement>} */
  const seen = {};
  /** @template {HTMLElement} T @param {string} name @param {T} element @returns {T} */
  const add = (name, element) => {
    seen[name] = element;
    return element;
  };
  /** @param {string} name @param {keyof HTMLElementTagNameMap} tag @param {...HTMLElement} children */
  const part = (name, tag, ...children) => add(name, make(tag, {part: name}, ...children));
  /** @param {string} name @param {HTMLElement} content */
  const box = (name, content) => {
    content.tabIndex = 0;
    return add(`${name}Box`, make('details', {}, add(`${name}Word`, make('summary')), content));
  };
  const told = [part('stage', 'bdi'), part('message', 'bdi'), part('amount', 'span'), part('eta', 'span')];
  const does = [part('cancel', 'button'), part('retry', 'button'), part('delete', 'button')];
  const result = add('result', make('div', {part: 'log'}));
  part(
    'job',
    'div',
    make('div', {class: 'head'}, part('title', 'p'), part('state', 'span')),
    part('bar', 'progress'),
    make(
      'div',
      {class: 'foot'},
      make('div', {class: 'told'}, ...told),
      make('div', {class: 'does'}, ...does),
    ),
    part('error', 'p'),
    part('results', 'ul'),
    make('div', {class: 'boxes'}, box('result', result), box('log', part('log', 'ol'))),
  );
  for (const name of ['title', 'error']) seen[name].dir = 'auto';
  add('live', make('div', {class: 'quiet', role: 'status'}));
  const parts = /** @type {View & Record<string, HTMLElement>} */ (seen);
  parts.bar.max = 100;
  return parts;
}

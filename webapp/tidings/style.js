// @ts-check
import {CSS} from './style-sheet.js';

/** @type {CSSStyleSheet | undefined} */
let sheet;

/** @param {ShadowRoot} root */
export function adoptStyles(root) {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  root.adoptedStyleSheets = [sheet];
}

/**
 * Makes an element. Text is only ever set as text.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} name
 * @param {Record<string, string>} [attributes] `part` is the `class` too, so that what is styled here can be styled outside
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (attributes.part) element.className = attributes.part;
  element.append(...children.map((child) => (typeof child === 'string' ? visible(child) : child)));
  return element;
}

/** @param {HTMLElement} element @param {string | null | undefined} text */
export function setText(element, text) {
  const shown = visible(text ?? '');
  if (element.textContent !== shown) element.textContent = shown;
}

/**
 * Shows the characters that turn the line round instead of obeying them: a file that is named "report\u202efdp.exe" must not
 * look like "reportexe.pdf".
 * @param {string} text
 */
export const visible = (text) =>
  text.replace(/[\u202a-\u202e\u2066-\u2069]/g, (c) => `[U+${c.charCodeAt(0).toString(16).toUpperCase()}]`);

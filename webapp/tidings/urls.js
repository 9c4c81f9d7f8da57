// @ts-check
import {browser, token} from './environment.js';

/**
 * Where Tidings is, whatever the context path: the folder above this module's. The minified file is in that folder itself.
 */
export const BASE = new URL(import.meta.url.includes('/urls.js') ? '../' : './', import.meta.url);

/** The token of this page, which a reload keeps. */
export function pageToken() {
  const key = 'tidings.client';
  const known = browser.memory.get(key);
  if (known) return known;
  const made = token();
  browser.memory.set(key, made);
  return made;
}

/** The URL of a job, from its id, its `links.self` or its `links.events`. @param {string | URL} job @param {string | URL} base */
export function resolveJob(job, base) {
  const text = String(job);
  const url = /^[A-Za-z0-9_-]{1,64}$/.test(text) ? new URL(`api/jobs/${text}`, base) : new URL(text, base);
  return (url.origin + url.pathname).replace(/\/(events)?$/, '');
}

/** Cookies go along to other origins too. @param {string | URL} url @returns {RequestCredentials} */
export function credentialsFor(url) {
  return globalThis.location && new URL(url).origin !== location.origin ? 'include' : 'same-origin';
}

let count = 0;

/**
 * A parameter that makes a request's URL its own. Some gateways and Service Workers answer from memory whatever they were told.
 */
export const unique = () => `n=${pageToken()}.${count++}`;

// @ts-check
/** @import {Send} from './api.js' */

/**
 * Upload progress is XMLHttpRequest's; `fetch` has none. Imports nothing, so that `tidings.min.js` can fetch it too.
 * @type {Send}
 */
export function sendByXhr({method, url, headers, body, onUploadProgress, signal, credentials}) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open(method, url);
    xhr.withCredentials = credentials === 'include';
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    if (onUploadProgress) xhr.upload.onprogress = ({loaded, total}) => onUploadProgress({loaded, total});
    const abort = () => xhr.abort();
    signal?.addEventListener('abort', abort);
    xhr.onloadend = () => {
      signal?.removeEventListener('abort', abort);
      const header = (/** @type {string} */ name) => xhr.getResponseHeader(name);
      if (signal?.aborted) reject(signal.reason);
      else resolve({status: xhr.status, header, text: xhr.responseText});
    };
    xhr.send(body?.());
  });
}

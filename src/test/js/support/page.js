// Pages in a real Chromium, each on a small server of its own.
import {Browser, chromium} from './chromium.js';
import {MockServer} from './mock-server.js';

export const missingChromium = chromium ? false : 'chromium is missing';
if (missingChromium && process.env.CI) throw new Error(missingChromium);

/** What is in the shadow of the page's `<tidings-progress>`, and the text of one of its parts. */
export const ROOT = `document.querySelector('tidings-progress').shadowRoot`;
export const text = (part) => `${ROOT}?.querySelector('[part=${part}]').textContent`;

/** The shadows of all jobs of the page's list. */
export const ITEMS = `[...document.querySelector('tidings-jobs').shadowRoot.querySelectorAll('tidings-progress')].map((e) => e.shadowRoot)`;
export const texts = (part) => `${ITEMS}.map((root) => root.querySelector('[part=${part}]').textContent)`;

export const MODULE = '<script type="module" src="/tidings/tidings.min.js"></script>';

/** A browser for the tests of one file. */
export class Pages {
  #browser;

  async launch() {
    this.#browser = await Browser.launch();
  }

  close() {
    return this.#browser?.close();
  }

  /**
   * A server, and pages of one browser profile that has never been anywhere.
   * @param {import('node:test').TestContext} context ends them with the test
   */
  async fresh(context) {
    const server = new MockServer();
    const base = await server.listen();
    const {browserContextId} = await this.#browser.send('Target.createBrowserContext');
    context.after(async () => {
      await this.#browser.send('Target.disposeBrowserContext', {browserContextId});
      await server.close();
    });
    return {
      server,
      base,
      browser: this.#browser,
      /** A running job. */
      begin: (title = 'Report') => {
        const job = server.create({type: 'countdown', title, params: {}});
        server.append(job, {type: 'started', attempt: 1, node: 'n'});
        return job;
      },
      /** Opens a page that has this in its HTML, in a tab that was prepared. */
      show: async (content, {lang = 'en', prepare = () => {}} = {}) => {
        const path = `/page-${Object.keys(server.pages).length}.html`;
        server.pages[path] =
          `<!DOCTYPE html><html lang="${lang}"><meta charset="utf-8"><link rel="icon" href="data:,">${content}</html>`;
        const page = await this.#browser.page({context: browserContextId});
        await prepare(page);
        await page.open(new URL(path, base).href);
        return page;
      },
    };
  }
}

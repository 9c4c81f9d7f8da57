// Drives a headless Chromium by the DevTools protocol over a pipe: no dependency, no port.
import {spawn} from 'node:child_process';
import {accessSync} from 'node:fs';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--hide-scrollbars',
  '--remote-debugging-pipe',
  '--ignore-certificate-errors',
  '--lang=en-GB',
];

/** Where Chromium is; undefined where it is not. */
export const chromium = PATHS.find((path) => {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
});

export class Browser {
  static async launch() {
    const folder = await mkdtemp(join(tmpdir(), 'tidings-chromium-'));
    const process = spawn(chromium, [...FLAGS, `--user-data-dir=${folder}`], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    return new Browser(process, folder);
  }

  #process;
  #folder;
  #number = 0;
  #answers = new Map();
  #listeners = new Set();

  constructor(process, folder) {
    this.#process = process;
    this.#folder = folder;
    let rest = '';
    process.stdio[4].setEncoding('utf8').on('data', (text) => {
      const messages = (rest + text).split('\0');
      rest = messages.pop();
      for (const message of messages) this.#hear(JSON.parse(message));
    });
  }

  #hear(message) {
    const answer = this.#answers.get(message.id);
    this.#answers.delete(message.id);
    if (!answer) for (const listener of this.#listeners) listener(message);
    else if (message.error) answer.reject(new Error(message.error.message));
    else answer.resolve(message.result);
  }

  send(method, params = {}, sessionId = undefined) {
    const id = ++this.#number;
    this.#process.stdio[3].write(`${JSON.stringify({id, method, params, sessionId})}\0`);
    return new Promise((resolve, reject) => this.#answers.set(id, {resolve, reject}));
  }

  listen(listener) {
    this.#listeners.add(listener);
  }

  /** A new tab; those of one context share storage, locks and channels. */
  async page({width = 1280, height = 900, dark = false, context = undefined, url = 'about:blank'} = {}) {
    const {targetId} = await this.send('Target.createTarget', {
      url: 'about:blank',
      browserContextId: context,
    });
    const {sessionId} = await this.send('Target.attachToTarget', {targetId, flatten: true});
    const page = new Page(this, targetId, sessionId);
    await page.send('Page.enable');
    await page.send('Runtime.enable');
    await page.send('Log.enable');
    await page.send('Emulation.setDeviceMetricsOverride', {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: width < 600,
    });
    await page.send('Emulation.setEmulatedMedia', {
      features: [{name: 'prefers-color-scheme', value: dark ? 'dark' : 'light'}],
    });
    if (url !== 'about:blank') await page.open(url);
    return page;
  }

  async close() {
    const over = new Promise((resolve) => this.#process.once('exit', resolve));
    await this.send('Browser.close').catch(() => {});
    await over;
    await rm(this.#folder, {recursive: true, force: true, maxRetries: 5});
  }
}

export class Page {
  /** What the page complained of: exceptions, violations of the policy, failed loads. */
  complaints = [];
  #browser;
  #target;
  #session;

  constructor(browser, target, session) {
    this.#browser = browser;
    this.#target = target;
    this.#session = session;
    browser.listen(({method, params, sessionId}) => {
      if (sessionId !== session) return;
      if (method === 'Runtime.exceptionThrown')
        this.complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
      if (method === 'Log.entryAdded' && params.entry.level === 'error')
        this.complaints.push(`${params.entry.text} ${params.entry.url ?? ''}`);
    });
  }

  send(method, params) {
    return this.#browser.send(method, params, this.#session);
  }

  async open(url) {
    await this.send('Page.navigate', {url});
    await this.until('document.readyState === "complete"');
  }

  async eval(expression) {
    const {result, exceptionDetails} = await this.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Waits for an expression to be true. */
  async until(expression, limitMs = 10_000) {
    const end = Date.now() + limitMs;
    for (;;) {
      const value = await this.eval(expression).catch((error) => {
        // The page may be between two documents.
        if (Date.now() > end) throw error;
      });
      if (value) return value;
      if (Date.now() > end) throw new Error(`never true within ${limitMs} ms: ${expression}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async key(key, {code = key, text = undefined, keyCode = 0} = {}) {
    const event = {key, code, text, windowsVirtualKeyCode: keyCode};
    await this.send('Input.dispatchKeyEvent', {type: 'keyDown', ...event});
    await this.send('Input.dispatchKeyEvent', {type: 'keyUp', ...event, text: undefined});
  }

  async files(selector, paths) {
    const {root} = await this.send('DOM.getDocument');
    const {nodeId} = await this.send('DOM.querySelector', {nodeId: root.nodeId, selector});
    await this.send('DOM.setFileInputFiles', {files: paths, nodeId});
  }

  async screenshot(path, {full = true} = {}) {
    const {data} = await this.send('Page.captureScreenshot', {captureBeyondViewport: full});
    await writeFile(path, Buffer.from(data, 'base64'));
  }

  close() {
    return this.#browser.send('Target.closeTarget', {targetId: this.#target});
  }
}

// Drives WebKit (Debian's webkit2gtk-driver) by WebDriver. It needs a display: Xvfb is one.
import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Tab} from './tab.js';

const DRIVER = '/usr/bin/WebKitWebDriver';
const DISPLAY_SERVER = '/usr/bin/Xvfb';
const absent = [DRIVER, DISPLAY_SERVER].filter((program) => !existsSync(program));

export const missingWebKit = absent.length > 0 ? `${absent.join(', ')} is missing` : false;
if (missingWebKit && process.env.CI) throw new Error(missingWebKit);

export class WebKit {
  static async launch() {
    const home = await mkdtemp(join(tmpdir(), 'tidings-webkit-'));
    const xvfb = spawn(
      DISPLAY_SERVER,
      ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'],
      {
        stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      },
    );
    const display = await new Promise((resolve, reject) => {
      xvfb.stdio[3].setEncoding('utf8').once('data', (text) => resolve(`:${text.trim()}`));
      xvfb.once('exit', () => reject(new Error('Xvfb ended')));
    });
    const port = await freePort();
    const env = {...process.env, DISPLAY: display, HOME: home, XDG_RUNTIME_DIR: home, LANG: 'en_GB.UTF-8'};
    // The tests run as root in a container, where WebKit's own sandbox can't be set up.
    Object.assign(env, {WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', WEBKIT_DISABLE_COMPOSITING_MODE: '1'});
    const driver = spawn(DRIVER, ['-p', String(port)], {env, stdio: 'ignore', detached: true});
    const webkit = new WebKit([driver, xvfb], home, `http://127.0.0.1:${port}`);
    await webkit.begin();
    return webkit;
  }

  #processes;
  #home;
  #url;
  #first;
  #turn = Promise.resolve();

  constructor(processes, home, url) {
    this.#processes = processes;
    this.#home = home;
    this.#url = url;
  }

  async begin() {
    for (let tries = 0; ; tries++) {
      try {
        const {sessionId} = await this.send('POST', '/session', {capabilities: {}});
        this.#url += `/session/${sessionId}`;
        this.#first = await this.send('GET', '/window');
        return;
      } catch (error) {
        // The driver may not listen yet.
        if (tries === 100 || !(error instanceof TypeError)) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async send(method, path, body = undefined) {
    const answer = await fetch(this.#url + path, {method, body: body && JSON.stringify(body)});
    const {value} = await answer.json();
    if (!answer.ok) throw new Error(value.message || value.error);
    return value;
  }

  /** Commands go to one window at a time. */
  #inWindow(handle, method, path, body) {
    const turn = this.#turn.then(async () => {
      await this.send('POST', '/window', {handle});
      return this.send(method, path, body);
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async tab() {
    // The session ends with its first window, which stays therefore.
    const {handle} = await this.#inWindow(this.#first, 'POST', '/window/new', {type: 'tab'});
    return new Tab({
      open: (url) => this.#inWindow(handle, 'POST', '/url', {url}),
      eval: (expression) => {
        const script = `return (${expression})`;
        return this.#inWindow(handle, 'POST', '/execute/sync', {script, args: []});
      },
      reload: () => this.#inWindow(handle, 'POST', '/refresh', {}),
      close: () => this.#inWindow(handle, 'DELETE', '/window'),
    });
  }

  async close() {
    await this.send('DELETE', '').catch(() => {});
    const [driver, xvfb] = this.#processes;
    for (const [each, pid] of [
      [driver, -driver.pid],
      [xvfb, xvfb.pid],
    ]) {
      const over = each.exitCode === null && new Promise((resolve) => each.once('exit', resolve));
      try {
        process.kill(pid, 'SIGKILL');
      } catch {}
      await over;
    }
    await rm(this.#home, {recursive: true, force: true, maxRetries: 5});
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const {port} = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

// Drives Firefox by WebDriver BiDi, which it speaks itself: no driver of its own.
import {spawn} from 'node:child_process';
import {accessSync} from 'node:fs';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Tab} from './tab.js';
import {missing, tool} from './tools.js';

const PROGRAM = ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find((path) => {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
});
const PREFERENCES = {
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'app.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'intl.locale.requested': 'en-GB',
};

export const missingFirefox = missing('ws') || (PROGRAM ? false : 'firefox-esr is missing');
if (missingFirefox && process.env.CI) throw new Error(missingFirefox);

export class Firefox {
  static async launch() {
    const profile = await mkdtemp(join(tmpdir(), 'tidings-firefox-'));
    const lines = Object.entries(PREFERENCES).map(
      ([key, value]) => `user_pref("${key}", ${JSON.stringify(value)});`,
    );
    await writeFile(join(profile, 'user.js'), lines.join('\n'));
    const flags = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'];
    const process = spawn(PROGRAM, flags, {stdio: ['ignore', 'ignore', 'pipe']});
    const url = await new Promise((resolve, reject) => {
      let said = '';
      process.stderr.setEncoding('utf8').on('data', (text) => {
        said += text;
        const found = /WebDriver BiDi listening on (ws:\S+)/.exec(said);
        if (found) resolve(found[1]);
      });
      process.once('exit', () => reject(new Error(`firefox ended: ${said}`)));
    });
    const WebSocket = tool('ws');
    const socket = new WebSocket(`${url}/session`);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const firefox = new Firefox(process, profile, socket);
    await firefox.send('session.new', {capabilities: {}});
    return firefox;
  }

  #process;
  #profile;
  #socket;
  #number = 0;
  #answers = new Map();

  constructor(process, profile, socket) {
    this.#process = process;
    this.#profile = profile;
    this.#socket = socket;
    socket.on('message', (text) => {
      const {id, type, result, message} = JSON.parse(text);
      const answer = this.#answers.get(id);
      this.#answers.delete(id);
      if (type === 'error') answer?.reject(new Error(message));
      else answer?.resolve(result);
    });
  }

  send(method, params = {}) {
    const id = ++this.#number;
    this.#socket.send(JSON.stringify({id, method, params}));
    return new Promise((resolve, reject) => this.#answers.set(id, {resolve, reject}));
  }

  async tab() {
    const {context} = await this.send('browsingContext.create', {type: 'tab'});
    return new Tab({
      open: (url) => this.send('browsingContext.navigate', {context, url, wait: 'complete'}),
      eval: async (expression) => {
        const target = {context};
        const params = {expression: `JSON.stringify(${expression})`, target, awaitPromise: true};
        const {result, exceptionDetails} = await this.send('script.evaluate', params);
        if (exceptionDetails) throw new Error(exceptionDetails.text);
        return result.value === undefined ? undefined : JSON.parse(result.value);
      },
      reload: () => this.send('browsingContext.reload', {context, wait: 'complete'}),
      close: () => this.send('browsingContext.close', {context}),
    });
  }

  async close() {
    const over = new Promise((resolve) => this.#process.once('exit', resolve));
    this.send('browser.close').catch(() => {});
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 10_000);
    await over;
    clearTimeout(timer);
    this.#socket.terminate();
    await rm(this.#profile, {recursive: true, force: true, maxRetries: 5});
  }
}

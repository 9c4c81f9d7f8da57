// What users do all day, in three engines: Chromium, Firefox and WebKit.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {Browser} from './support/chromium.js';
import {Firefox, missingFirefox} from './support/firefox.js';
import {MockServer} from './support/mock-server.js';
import {ITEMS, MODULE, ROOT, missingChromium, text, texts} from './support/page.js';
import {Tab} from './support/tab.js';
import {WebKit, missingWebKit} from './support/webkit.js';

class Chromium {
  static async launch() {
    const chromium = new Chromium();
    chromium.browser = await Browser.launch();
    return chromium;
  }

  async tab() {
    const page = await this.browser.page();
    return new Tab({
      open: (url) => page.open(url),
      eval: (expression) => page.eval(expression),
      reload: () => page.send('Page.reload'),
      close: () => page.close(),
    });
  }

  close() {
    return this.browser.close();
  }
}

const ENGINES = [
  ['Chromium', Chromium, missingChromium],
  ['Firefox', Firefox, missingFirefox],
  ['WebKit', WebKit, missingWebKit],
];

// TIDINGS_ENGINE=WebKit runs one of them alone.
const wanted = ENGINES.filter(([name]) => (process.env.TIDINGS_ENGINE ?? name) === name);

for (const [name, Engine, missing] of wanted) {
  describe(`in ${name}`, {skip: missing, timeout: 180_000}, () => {
    let engine;
    let server;
    let base;

    before(async () => {
      engine = await Engine.launch();
      server = new MockServer();
      base = await server.listen();
    });
    after(async () => {
      await engine?.close();
      await server?.close();
    });

    const begin = (title) => {
      const job = server.create({type: 'countdown', title, params: {}});
      server.append(job, {type: 'started', attempt: 1, node: 'n'});
      return job;
    };
    const shown = (title, state) =>
      `${ITEMS}.some((root) => root.querySelector('[part=title]').textContent === '${title}' && root.querySelector('[part=state]').textContent === '${state}')`;

    test('the page is live, outlives a reload, and going back and forward', async () => {
      const job = begin('live');
      const tab = await engine.tab();
      await tab.open(base);
      await tab.until(shown('live', 'Running'));
      server.append(job, {type: 'progress', percent: 40, done: 4, total: 10, unit: 'rows'});
      await tab.until(`${texts('amount')}.some((amount) => amount.includes('4 of 10 rows'))`);
      await tab.reload();
      await tab.until(shown('live', 'Running'));
      await tab.open(`${base}path-check.html`);
      await tab.until(`!!document.getElementById('again')`);
      server.append(job, {type: 'succeeded', result: null});
      await tab.eval(`void history.back()`);
      await tab.until(shown('live', 'Done'));
      await tab.eval(`void history.forward()`);
      await tab.until(`!!document.getElementById('again')`);
      await tab.eval(`void history.back()`);
      await tab.until(shown('live', 'Done'));
      const second = begin('after all that');
      await tab.until(shown('after all that', 'Running'));
      server.append(second, {type: 'succeeded', result: null});
      await tab.until(shown('after all that', 'Done'));
      await tab.close().catch(() => {});
    });

    test('an element shows its job on another application’s page, and a button works', async () => {
      const job = begin('embedded');
      const content = `${MODULE}<tidings-progress job="${job.state.id}" log></tidings-progress>`;
      server.pages['/embed.html'] = `<!DOCTYPE html><html lang="en"><meta charset="utf-8">${content}</html>`;
      const tab = await engine.tab();
      await tab.open(new URL('/embed.html', base).href);
      await tab.until(`${text('state')} === 'Running'`);
      await tab.eval(`void ${ROOT}.querySelector('[part=cancel]').click()`);
      await tab.until(`${text('state')} === 'Cancelling'`);
      server.append(job, {type: 'cancelled', by: 'anonymous'});
      await tab.until(`${text('state')} === 'Cancelled'`);
      await tab.close().catch(() => {});
    });

    test('an outage of the server ends in the true state', async () => {
      const job = begin('through an outage');
      const tab = await engine.tab();
      await tab.open(base);
      await tab.until(shown('through an outage', 'Running'));
      const {port} = new URL(base);
      server.server.closeAllConnections();
      await new Promise((resolve) => server.server.close(resolve));
      await tab.until(`document.getElementById('connection').textContent === 'Reconnecting…'`);
      await server.listen(Number(port));
      server.append(job, {type: 'succeeded', result: null});
      await tab.until(shown('through an outage', 'Done'));
      await tab.close().catch(() => {});
    });

    test('eight tabs have one stream between them, and all see the end when the leader is gone', async () => {
      const job = begin('seen by eight');
      const tabs = [];
      for (let at = 0; at < 8; at++) tabs.push(await engine.tab());
      for (const tab of tabs) await tab.open(base);
      for (const tab of tabs) await tab.until(shown('seen by eight', 'Running'));
      const oneStream = async () => {
        for (let waits = 0; server.streams.length !== 1; waits++) {
          assert.ok(waits < 600, `${server.streams.length} streams`);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      };
      await oneStream();
      await tabs.shift().close();
      server.append(job, {type: 'succeeded', result: null});
      for (const tab of tabs) await tab.until(shown('seen by eight', 'Done'));
      await oneStream();
      for (const tab of tabs.slice(1)) await tab.close();
    });
  });
}

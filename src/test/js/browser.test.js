// The page and the elements in a real Chromium, against the small server of these tests.
import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import {Browser, chromium} from './support/chromium.js';
import {MockServer} from './support/mock-server.js';

const missing = chromium ? false : 'chromium is missing';
if (missing && process.env.CI) throw new Error(missing);

/** The text of all jobs on the page, and of one of their parts. */
const JOBS = `[...document.querySelector('tidings-jobs').shadowRoot.querySelectorAll('tidings-progress')].map((e) => e.shadowRoot)`;
const texts = (part) => `${JOBS}.map((root) => root.querySelector('[part=${part}]').textContent)`;

describe('in Chromium', {skip: missing, timeout: 240_000}, () => {
  let browser;
  let server;
  let base;
  const folder = mkdtempSync(join(tmpdir(), 'tidings-files-'));

  before(async () => {
    browser = await Browser.launch();
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, {recursive: true});
  });

  /** A server of its own, and a browser that has never been there. */
  async function fresh(context, options) {
    server = new MockServer(options);
    base = await server.listen();
    const {browserContextId} = await browser.send('Target.createBrowserContext');
    const pages = [];
    context.after(async () => {
      await browser.send('Target.disposeBrowserContext', {browserContextId});
      await server.close();
      for (const page of pages) assert.deepEqual(page.complaints, [], 'nothing to complain of');
    });
    return async (url = base, size = {}) => {
      const page = await browser.page({url, context: browserContextId, ...size});
      pages.push(page);
      return page;
    };
  }

  async function until(condition) {
    for (let waits = 0; !condition(); waits++) {
      assert.ok(waits < 300, `never true: ${condition}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  const begin = (title, params) => {
    const job = server.create({type: 'countdown', title, params});
    server.run(job);
    return job;
  };

  test('a file is submitted by keyboard, watched to its end, and its result offered; a reload shows the same', async (context) => {
    const open = await fresh(context);
    const page = await open();
    const file = join(folder, 'märz & "april".csv');
    writeFileSync(file, 'x'.repeat(300_000));
    await page.until(`document.getElementById('type').options.length > 0`);
    await page.files('#files', [file]);
    await page.eval(`document.getElementById('title').focus()`);
    await page.key('Enter', {text: '\r', keyCode: 13});
    await page.until(`${texts('state')}[0] === 'Running'`);
    assert.match((await page.eval(texts('title')))[0], /märz & "april"\.csv/);
    await page.until(`${JOBS}[0].querySelector('progress').value > 10`);
    await page.send('Page.reload');
    await page.until(`${texts('state')}[0] === 'Running'`);
    await page.until(`${texts('state')}[0] === 'Done'`, 20_000);
    assert.match(await page.eval(`${JOBS}[0].querySelector('a').href`), /artifacts\/SHA256SUMS\?v=1$/);
    assert.deepEqual(
      [...server.jobs.values()].map((job) => [job.state.title, job.size]),
      [[`Checksums of files: märz & "april".csv`, 300_000]],
    );
  });

  test('cancel, try again and delete do what they say', async (context) => {
    const open = await fresh(context);
    begin('a long one', {steps: 1_000, interval: '50ms'});
    const page = await open();
    const press = (part) => page.eval(`${JOBS}[0].querySelector('[part=${part}]').click()`);
    await page.until(`${texts('state')}[0] === 'Running'`);
    await press('cancel');
    await page.until(`${texts('state')}[0] === 'Cancelled'`);
    await press('retry');
    await page.until(`${texts('state')}.join() === 'Running,Cancelled'`);
    await press('cancel');
    await page.until(`${texts('state')}.join() === 'Cancelled,Cancelled'`);
    await page.eval(`${JOBS}[0].querySelector('[part=delete]').focus()`);
    await press('delete');
    await page.until(`${JOBS}[0].querySelector('[part=delete]').textContent === 'Delete for good?'`);
    assert.equal(server.jobs.size, 2, 'the first click only asks');
    await press('delete');
    await page.until(`${JOBS}.length === 1`);
    assert.equal(server.jobs.size, 1);
    const focused = await page.eval(`document.activeElement.shadowRoot?.activeElement?.localName`);
    assert.equal(focused, 'tidings-progress', 'the focus is not lost');
  });

  test('the log is read from its beginning when it is opened', async (context) => {
    const open = await fresh(context);
    begin('with a log', {steps: 12, interval: '50ms', logEvery: 1});
    const page = await open();
    await page.until(`${texts('state')}[0] === 'Done'`);
    await page.eval(`${JOBS}[0].querySelectorAll('details')[1].open = true`);
    await page.until(`${JOBS}[0].querySelectorAll('ol li').length >= 14`);
    const lines = await page.eval(
      `[...${JOBS}[0].querySelectorAll('ol li')].map((line) => line.textContent)`,
    );
    assert.equal(lines.filter((line) => /step \d+ of 12 is done/.test(line)).length, 12);
  });

  test('a job’s texts are never taken for markup', async (context) => {
    const open = await fresh(context);
    const bad = '<img src=x onerror="document.title=1"><b>bold</b>\u202e';
    const job = server.create({type: 'countdown', title: bad, params: {}});
    server.append(job, {type: 'started', attempt: 1, node: bad});
    server.append(job, {type: 'progress', stage: bad, message: bad, unit: bad, done: 1, total: 2});
    server.append(job, {type: 'log', level: 'info', message: bad});
    server.append(job, {type: 'failed', error: {title: bad, detail: bad}});
    const page = await open();
    await page.until(`!!${texts('error')}[0]`);
    // What turns the line round is shown, not obeyed.
    assert.equal((await page.eval(texts('title')))[0], bad.replace('\u202e', '[U+202E]'));
    await page.eval(`${JOBS}[0].querySelectorAll('details')[1].open = true`);
    await page.until(`${JOBS}[0].querySelectorAll('ol li').length >= 2`);
    assert.equal(await page.eval(`${JOBS}[0].querySelectorAll('img, b').length`), 0);
    assert.equal(await page.eval('document.title'), 'Tidings');
  });

  test('twelve tabs have one stream between them; the leader goes, another leads, and all see the end', async (context) => {
    const open = await fresh(context);
    const job = begin('seen by all', {steps: 10_000, interval: '50ms'});
    const tabs = [];
    for (let tab = 0; tab < 12; tab++) tabs.push(await open());
    for (const tab of tabs) await tab.until(`${texts('state')}[0] === 'Running'`);
    await until(() => server.streams.length === 1);
    await tabs[0].close();
    tabs.shift();
    const opened = server.requests.length;
    await until(() => server.streams.length === 1 && server.requests.length > opened);
    clearTimeout(job.timer);
    server.append(job, {type: 'succeeded', result: null});
    for (const tab of tabs) await tab.until(`${texts('state')}[0] === 'Done'`);
    const second = begin('submitted later', {steps: 2, interval: '50ms'});
    for (const tab of tabs)
      await tab.until(`${texts('state')}[0] === 'Done' && ${texts('title')}[0] === 'submitted later'`);
    assert.equal(second.state.state, 'succeeded');
    await until(() => server.streams.length === 1);
    assert.deepEqual(server.streams, ['/tidings/api/events']);
  });

  for (const gateway of ['hold', 'block']) {
    test(`behind a gateway that ${gateway === 'hold' ? 'holds streams back' : 'answers streams by its own page'}, jobs are polled to their end`, async (context) => {
      const open = await fresh(context);
      server.gateway = gateway;
      const job = begin('behind it', {steps: 10_000, interval: '100ms'});
      const page = await open();
      await page.until(`${texts('state')}[0] === 'Running'`, 20_000);
      await page.until(`document.getElementById('connection').textContent === 'Live, by polling'`);
      clearTimeout(job.timer);
      server.append(job, {type: 'succeeded', result: null});
      await page.until(`${texts('state')}[0] === 'Done'`, 15_000);
    });
  }

  test('a server that restarts is found again', async (context) => {
    const open = await fresh(context);
    const job = begin('survives', {steps: 10_000, interval: '100ms'});
    const page = await open();
    await page.until(`${texts('state')}[0] === 'Running'`);
    const {port} = new URL(base);
    server.server.closeAllConnections();
    await new Promise((resolve) => server.server.close(resolve));
    await page.until(`document.getElementById('connection').textContent === 'Reconnecting…'`);
    await server.listen(Number(port));
    clearTimeout(job.timer);
    server.append(job, {type: 'succeeded', result: null});
    await page.until(`${texts('state')}[0] === 'Done'`, 30_000);
    page.complaints.length = 0;
  });

  test('ten lines of HTML on another application’s page show a job, in German and from right to left', async (context) => {
    const open = await fresh(context);
    const job = server.create({type: 'countdown', title: 'Bericht', params: {}});
    server.append(job, {type: 'started', attempt: 1, node: 'n'});
    server.append(job, {type: 'progress', percent: 50, done: 5_000_000, total: 10_000_000, unit: 'bytes'});
    server.pages['/other/page.html'] =
      `<!DOCTYPE html><html lang="de" dir="rtl"><meta charset="utf-8"><link rel="icon" href="data:,">
      <script type="module" src="/tidings/tidings-elements.js"></script><tidings-progress job="${job.state.id}"></tidings-progress></html>`;
    const page = await open(new URL('/other/page.html', base).href);
    const part = (name) =>
      `document.querySelector('tidings-progress').shadowRoot.querySelector('[part=${name}]').textContent`;
    await page.until(`${part('state')} === 'Läuft'`);
    assert.equal((await page.eval(part('amount'))).replaceAll('\u00a0', ' '), '5 MB von 10 MB · 50 %');
    server.append(job, {type: 'succeeded', result: null});
    await page.until(`${part('state')} === 'Fertig'`);
    assert.equal(
      await page.eval(
        `document.querySelector('tidings-progress').shadowRoot.querySelector('[role=status]').textContent`,
      ),
      'Bericht: Fertig',
    );
  });

  test('a page of another origin shows a job where it is allowed to', async (context) => {
    const open = await fresh(context);
    const job = begin('from afar', {steps: 30, interval: '50ms'});
    const other = new MockServer();
    const origin = new URL(await other.listen()).origin;
    context.after(() => other.close());
    server.origins.add(origin);
    other.pages['/page.html'] =
      `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,">
      <script type="module" src="${base}tidings-elements.js"></script><tidings-progress job="${job.state.id}"></tidings-progress></html>`;
    const page = await open(`${origin}/page.html`);
    const state = `document.querySelector('tidings-progress').shadowRoot.querySelector('[part=state]').textContent`;
    await page.until(`${state} === 'Running'`);
    await page.until(`${state} === 'Done'`);
  });

  test('the minified file is all that a page in English loads; what is wanted later comes later', async (context) => {
    const open = await fresh(context);
    const job = server.create({type: 'countdown', title: 'Report', params: {}});
    server.append(job, {type: 'started', attempt: 1, node: 'n'});
    server.append(job, {type: 'log', level: 'info', message: 'a line'});
    const html = (
      lang,
    ) => `<!DOCTYPE html><html lang="${lang}"><meta charset="utf-8"><link rel="icon" href="data:,">
      <script type="module" src="/tidings/tidings.min.js"></script><tidings-jobs log></tidings-jobs></html>`;
    server.pages['/en.html'] = html('en');
    server.pages['/de.html'] = html('de-AT');
    const page = await open(new URL('/en.html', base).href);
    const scripts = `performance.getEntriesByType('resource').map(({name}) => new URL(name).pathname).filter((path) => path.endsWith('.js'))`;
    await page.until(`${texts('state')}[0] === 'Running'`);
    assert.deepEqual(await page.eval(scripts), ['/tidings/tidings.min.js']);
    await page.eval(`${JOBS}[0].querySelectorAll('details')[1].open = true`);
    await page.until(`${JOBS}[0].querySelectorAll('ol li').length >= 2`);
    assert.deepEqual(await page.eval(scripts), ['/tidings/tidings.min.js', '/tidings/tidings/job-log.js']);
    await page.eval(
      `import('/tidings/tidings.min.js').then(({submit}) => submit({type: 'digest', params: {algorithms: ['SHA-256']}, files: [new File(['x'], 'x.bin')], onUploadProgress: () => {}}))`,
    );
    await page.until(`${texts('title')}.length === 2`);
    assert.deepEqual(await page.eval(scripts), [
      '/tidings/tidings.min.js',
      '/tidings/tidings/job-log.js',
      '/tidings/tidings/upload.js',
    ]);

    const german = await open(new URL('/de.html', base).href);
    await german.until(`${texts('state')}.includes('Läuft')`);
    assert.deepEqual(await german.eval(scripts), ['/tidings/tidings.min.js', '/tidings/tidings/texts/de.js']);
  });

  test('an element in another language than its page gets its words, and one whose words do not come keeps English', async (context) => {
    const open = await fresh(context);
    const job = server.create({type: 'countdown', title: '报告', params: {}});
    server.append(job, {type: 'started', attempt: 1, node: 'n'});
    const one = (attributes) => `<tidings-progress job="${job.state.id}" ${attributes}></tidings-progress>`;
    server.pages['/mixed.html'] =
      `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,">
      <script type="module" src="/tidings/tidings-elements.js"></script>${one('')}${one('lang="zh-Hans-CN"')}${one('lang="fr"')}</html>`;
    const page = await open(new URL('/mixed.html', base).href);
    const states = `[...document.querySelectorAll('tidings-progress')].map((each) => each.shadowRoot?.querySelector('[part=state]').textContent).join()`;
    await page.until(`${states} === 'Running,运行中,Running'`);
    await page.eval(
      `import('/tidings/tidings-elements.js').then(({addTexts}) => { addTexts('fr', {running: 'En cours'}); document.querySelector('[lang=fr]').setAttribute('base', '/tidings/'); })`,
    );
    await page.until(`${states} === 'Running,运行中,En cours'`);
  });

  test('the path check says what it found', async (context) => {
    const open = await fresh(context);
    const page = await open(`${base}path-check.html`);
    const verdict = `document.querySelector('#verdict strong').textContent`;
    await page.until(`${verdict} === 'Live progress works.'`, 15_000);
    assert.equal(await page.eval(`document.getElementById('copy').hidden`), true, 'more checks are running');
  });
});

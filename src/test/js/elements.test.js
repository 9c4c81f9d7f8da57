// What the elements do beside showing a job, in a real Chromium: fetching ahead, speaking, looking as the page wants.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {Browser, chromium} from './support/chromium.js';
import {MockServer} from './support/mock-server.js';

const missing = chromium ? false : 'chromium is missing';
if (missing && process.env.CI) throw new Error(missing);

const ROOT = `document.querySelector('tidings-progress').shadowRoot`;
const text = (part) => `${ROOT}.querySelector('[part=${part}]').textContent`;

describe('the elements', {skip: missing, timeout: 120_000}, () => {
  let browser;
  let server;
  let base;
  before(async () => {
    browser = await Browser.launch();
  });
  after(() => browser?.close());

  /** A page with this content, on a server of its own. */
  async function show(context, content, {head = '', job = true, prepare = () => {}} = {}) {
    server = new MockServer();
    base = await server.listen();
    const {browserContextId} = await browser.send('Target.createBrowserContext');
    context.after(async () => {
      await browser.send('Target.disposeBrowserContext', {browserContextId});
      await server.close();
    });
    const made = job && server.create({type: 'countdown', title: 'Report', params: {}});
    if (made) server.append(made, {type: 'started', attempt: 1, node: 'n'});
    server.pages['/page.html'] =
      `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,">${head}
      <script type="module" src="/tidings/tidings.min.js"></script>${content.replaceAll('JOB', made?.state?.id)}</html>`;
    const page = await browser.page({context: browserContextId});
    await prepare(page);
    await page.open(new URL('/page.html', base).href);
    return {page, job: made};
  }

  const artifact = (job, name, bytes) => {
    job.content.set(name, Buffer.alloc(bytes, 'x'));
    server.append(job, {
      type: 'artifact',
      name,
      mediaType: 'text/plain',
      size: bytes,
      etag: `"${name}"`,
      href: `${job.state.links.self}/artifacts/${name}?v=1`,
    });
  };
  const fetched = (name) => server.requests.filter(({path}) => path.endsWith(`/artifacts/${name}`)).length;

  test('a small result is fetched on its event, so that the click finds it in the cache; a large one is not', async (context) => {
    const {page, job} = await show(context, '<tidings-progress job="JOB"></tidings-progress>');
    await page.until(`${text('state')} === 'Running'`);
    artifact(job, 'small', 1_000);
    artifact(job, 'large', 300_000);
    await page.until(`${ROOT}.querySelectorAll('[part=artifact]').length === 2`);
    const entries = `performance.getEntriesByType('resource').filter(({name}) => name.includes('/artifacts/small'))`;
    await page.until(`${entries}.some(({responseEnd}) => responseEnd > 0)`);
    assert.equal(fetched('small'), 1);

    const bytes = await page.eval(
      `fetch(${ROOT}.querySelector('[part=artifact]').href).then((answer) => answer.text()).then((text) => text.length)`,
    );
    assert.equal(bytes, 1_000);
    assert.equal(fetched('small'), 1, 'the second time it is there already');
    assert.equal(await page.eval(`${entries}.at(-1).transferSize`), 0);
    assert.equal(fetched('large'), 0);
  });

  test('with prefetch="off" nothing is fetched ahead', async (context) => {
    const {page, job} = await show(context, '<tidings-progress job="JOB" prefetch="off"></tidings-progress>');
    await page.until(`${text('state')} === 'Running'`);
    artifact(job, 'small', 1_000);
    server.append(job, {type: 'succeeded', result: null});
    await page.until(`${text('state')} === 'Done'`);
    assert.equal(fetched('small'), 0);
  });

  test('a screen reader is told of states and quarters of the way, not of each report', async (context) => {
    const {page, job} = await show(context, '<tidings-progress job="JOB"></tidings-progress>');
    await page.until(`${text('state')} === 'Running'`);
    await page.eval(
      `window.said = []; new MutationObserver(() => said.push(${ROOT}.querySelector('[role=status]').textContent)).observe(${ROOT}.querySelector('[role=status]'), {childList: true, characterData: true, subtree: true})`,
    );
    for (let percent = 1; percent <= 99; percent++) {
      server.append(job, {type: 'progress', percent, message: `step ${percent}`});
      if (percent % 25 === 0) await page.until(`said.at(-1) === 'Report at ${percent}%'`);
    }
    server.append(job, {type: 'succeeded', result: null});
    await page.until(`${text('state')} === 'Done'`);
    assert.deepEqual(await page.eval('said'), [
      'Report at 25%',
      'Report at 50%',
      'Report at 75%',
      'Report: Done',
    ]);
  });

  test('progress without a number is indeterminate, with one it is determinate; what is left is told', async (context) => {
    const {page, job} = await show(context, '<tidings-progress job="JOB"></tidings-progress>');
    await page.until(`${text('state')} === 'Running'`);
    server.append(job, {type: 'progress', stage: 'reading', message: 'a.csv'});
    await page.until(`${text('message')} === 'a.csv'`);
    assert.equal(await page.eval(`${ROOT}.querySelector('progress').position`), -1);
    server.append(job, {
      type: 'progress',
      percent: 40,
      stage: 'reading',
      eta: new Date(Date.now() + 90_000).toISOString(),
    });
    await page.until(`${ROOT}.querySelector('progress').value === 40`);
    assert.equal(await page.eval(text('stage')), 'reading');
    assert.match(await page.eval(text('eta')), /^about (1|2) min left$/);
    assert.match(await page.eval(`${ROOT}.querySelector('progress').ariaLabel`), /Report/);
  });

  test('a failure is told in words, and only the wanted controls are offered', async (context) => {
    const {page, job} = await show(
      context,
      '<tidings-progress job="JOB" controls="retry"></tidings-progress>',
    );
    await page.until(`${text('state')} === 'Running'`);
    const offered = `[...${ROOT}.querySelectorAll('button:not([hidden])')].map((button) => button.textContent).join()`;
    assert.equal(await page.eval(offered), '');
    server.append(job, {type: 'failed', error: {title: 'Failed', detail: 'Line 17 has 3 columns, not 4.'}});
    await page.until(`${text('error')} === 'Line 17 has 3 columns, not 4.'`);
    assert.equal(await page.eval(offered), 'Try again');
  });

  test('the page changes the look by custom properties and parts, and a dark one by color-scheme', async (context) => {
    const head = `<style>
      tidings-progress { --tidings-accent: rgb(1, 2, 3); }
      tidings-progress::part(bar) { block-size: 33px; }
      tidings-jobs::part(title) { color: rgb(4, 5, 6); }
      .dark { color-scheme: dark; }</style>`;
    const {page} = await show(
      context,
      '<tidings-progress job="JOB"></tidings-progress><tidings-jobs class="dark"></tidings-jobs>',
      {head},
    );
    await page.until(`${text('state')} === 'Running'`);
    const inner = `document.querySelector('tidings-jobs').shadowRoot?.querySelector('tidings-progress')?.shadowRoot`;
    await page.until(`${inner}?.querySelector('[part=state]').textContent === 'Running'`);
    const style = (root, part, property) =>
      page.eval(`getComputedStyle(${root}.querySelector('[part=${part}]')).${property}`);
    assert.equal(await style(ROOT, 'state', 'color'), 'rgb(1, 2, 3)');
    assert.equal(await style(ROOT, 'bar', 'blockSize'), '33px');
    assert.equal(await style(inner, 'title', 'color'), 'rgb(4, 5, 6)');
    assert.equal(await style(inner, 'state', 'color'), 'rgb(130, 170, 255)', 'the accent of the dark scheme');
  });

  test('with forced colours the bar and the buttons keep their outlines', async (context) => {
    const prepare = (page) =>
      page.send('Emulation.setEmulatedMedia', {features: [{name: 'forced-colors', value: 'active'}]});
    const {page} = await show(context, '<tidings-progress job="JOB"></tidings-progress>', {prepare});
    await page.until(`${text('state')} === 'Running'`);
    assert.equal(await page.eval(`matchMedia('(forced-colors: active)').matches`), true);
    for (const part of ['bar', 'cancel'])
      assert.equal(
        await page.eval(`getComputedStyle(${ROOT}.querySelector('[part=${part}]')).borderTopWidth`),
        '1px',
        part,
      );
  });

  test('the path check copies its report for the help desk', async (context) => {
    const {page} = await show(context, '', {job: false});
    await browser
      .send('Browser.grantPermissions', {permissions: ['clipboardReadWrite', 'clipboardSanitizedWrite']})
      .catch(() => {});
    await page.open(`${base}path-check.html`);
    await page.until(`!document.getElementById('copy').hidden`, 60_000);
    await page.eval(`document.getElementById('copy').click()`);
    const words = await page.until(`document.getElementById('copied').textContent`);
    if (words !== 'Copied.') assert.equal(words, 'The report is selected: copy it with Ctrl+C.');
    const copied =
      words === 'Copied.'
        ? await page.eval(`document.getElementById('report').textContent`)
        : await page.eval('String(getSelection())');
    assert.match(
      copied,
      /^Tidings path check\n[\s\S]*verdict +The path is clear\.[\s\S]*stream +good[\s\S]*long poll +good[\s\S]*poll +good/,
    );
  });
});

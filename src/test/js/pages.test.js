// Faults that users met on pages of their own, each in a real Chromium.
import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import {ITEMS, MODULE, Pages, ROOT, missingChromium, text, texts} from './support/page.js';

describe('on pages of other applications', {skip: missingChromium, timeout: 120_000}, () => {
  const pages = new Pages();
  before(() => pages.launch());
  after(() => pages.close());

  const progress = (job, attributes = '') =>
    `<tidings-progress job="${job.state.id}" ${attributes}></tidings-progress>`;

  test('the next user of the browser sees none of the first one’s jobs, and the first tab becomes theirs', async (context) => {
    const {server, begin, show} = await pages.fresh(context);
    const alices = begin('alice’s');
    const first = await show(`${MODULE}<tidings-jobs></tidings-jobs>`);
    await first.until(`${texts('title')}.join() === 'alice’s'`);
    server.user = 'tag-2';
    server.jobs.clear();
    begin('bob’s');
    const second = await show(`${MODULE}<tidings-jobs></tidings-jobs>`);
    await second.until(`${texts('title')}.join() === 'bob’s'`);
    await first.until(`${texts('title')}.join() === 'bob’s'`);
    server.append(alices, {type: 'log', level: 'info', message: 'for alice only'});
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.deepEqual(await second.eval(texts('title')), ['bob’s']);
  });

  for (const [lang, state] of [
    ['en_US', 'Running'],
    ['de_DE.UTF-8@euro', 'Läuft'],
    ['not a tag', 'Running'],
    ['i', 'Running'],
    ['x-private', 'Running'],
  ]) {
    test(`lang="${lang}", which Intl refuses, does not freeze the page`, async (context) => {
      const {server, begin, show} = await pages.fresh(context);
      const job = begin();
      server.append(job, {type: 'progress', done: 1, total: 2, percent: 50});
      const page = await show(`${MODULE}<tidings-jobs log></tidings-jobs>${progress(job)}`, {lang});
      await page.until(`${text('state')} === '${state}'`);
      await page.until(`${texts('state')}.join() === '${state}'`);
      server.append(job, {type: 'succeeded', result: null});
      await page.until(`${ITEMS}[0].querySelector('[part=job]').dataset.state === 'succeeded'`);
      assert.deepEqual(page.complaints, []);
    });
  }

  test('formats are in the language of the words', async (context) => {
    const {server, begin, show} = await pages.fresh(context);
    const job = begin();
    server.append(job, {type: 'progress', done: 1_234.5, total: 5_000});
    const page = await show(`${MODULE}${progress(job)}`, {lang: 'fr'});
    await page.until(`${text('amount')} === '1,234.5 of 5,000'`);
  });

  test('the module may be loaded twice', async (context) => {
    const {begin, show} = await pages.fresh(context);
    begin();
    const page = await show(`${MODULE}<tidings-jobs></tidings-jobs>
      <script type="module">import {submit} from "/tidings/tidings.min.js?v=2"; window.second = typeof submit</script>`);
    await page.until(`window.second === 'function'`);
    await page.until(`${texts('state')}.join() === 'Running'`);
    assert.deepEqual(page.complaints, []);
  });

  test('what was set before the module came is not lost', async (context) => {
    const {begin, show} = await pages.fresh(context);
    const job = begin();
    const state = JSON.stringify({...job.state, title: 'set early', progress: {percent: 40}});
    const page = await show(`<tidings-progress></tidings-progress><tidings-progress></tidings-progress>
      <script>
        const [one, two] = document.querySelectorAll('tidings-progress');
        one.state = ${state}; one.log = true; one.controls = '';
        two.job = '${job.state.id}';
      </script>${MODULE}`);
    await page.until(`${text('title')} === 'set early'`);
    assert.equal(await page.eval(`Object.hasOwn(one, 'state') || Object.hasOwn(two, 'job')`), false);
    assert.equal(
      await page.eval(`one.outerHTML`),
      '<tidings-progress controls="" log=""></tidings-progress>',
    );
    await page.until(`two.shadowRoot.querySelector('[part=title]').textContent === 'Report'`);
  });

  test('each documented attribute is a property, and counts when it is set later', async (context) => {
    const {server, base, begin, show} = await pages.fresh(context);
    const [job, other] = [begin('one'), begin('two')];
    const page = await show(`${MODULE}<tidings-progress></tidings-progress>`);
    await page.until(`${ROOT}?.querySelector('[part=state]')`);
    await page.eval(`window.p = document.querySelector('tidings-progress'); p.job = '${job.state.id}'`);
    assert.equal(await page.eval(`p.getAttribute('job')`), job.state.id);
    await page.until(`${text('title')} === 'one'`);
    const hidden = (tag) =>
      page.eval(`[...${ROOT}.querySelectorAll('${tag}')].map((each) => each.hidden).join()`);
    assert.equal(await hidden('button'), 'false,true,true');
    assert.equal(await hidden('details'), 'true,true');
    await page.eval(
      `p.setAttribute('log', ''); p.setAttribute('controls', ''); p.setAttribute('lang', 'de')`,
    );
    await page.until(`${text('state')} === 'Läuft'`);
    assert.equal(await hidden('button'), 'true,true,true');
    assert.equal(await hidden('details'), 'true,false');
    await page.eval(`p.controls = null; p.log = false; p.lang = 'en'`);
    await page.until(`${text('state')} === 'Running'`);
    assert.equal(await hidden('button'), 'false,true,true');
    assert.equal(await hidden('details'), 'true,true');
    await page.eval(`p.announce = 'off'; p.prefetch = 'off'; p.signinUrl = '/in'; p.base = '${base}'`);
    assert.equal(
      await page.eval(
        `['announce', 'prefetch', 'signin-url', 'base'].map((name) => p.getAttribute(name)).join()`,
      ),
      `off,off,/in,${base}`,
    );
    await page.eval(`p.job = '${other.state.id}'`);
    await page.until(`${text('title')} === 'two'`);
    server.append(other, {type: 'succeeded', result: null});
    await page.until(`${text('state')} === 'Done'`);
  });

  test('the list hands later attributes to its jobs', async (context) => {
    const {begin, show} = await pages.fresh(context);
    begin();
    const page = await show(`${MODULE}<tidings-jobs></tidings-jobs>`);
    await page.until(`${texts('state')}.join() === 'Running'`);
    await page.eval(`document.querySelector('tidings-jobs').lang = 'de'`);
    await page.until(`${texts('state')}.join() === 'Läuft'`);
    await page.eval(`document.querySelector('tidings-jobs').log = true`);
    await page.until(`!${ITEMS}[0].querySelectorAll('details')[1].hidden`);
  });

  for (const offMs of [3_600_000, -3_600_000]) {
    test(`a clock that is ${offMs / 60_000} minutes off changes nothing of what is left`, async (context) => {
      const {server, begin, show} = await pages.fresh(context);
      const job = begin();
      const clock = `<script>{const now = Date.now; Date.now = () => now() + ${offMs}}</script>`;
      const page = await show(`${clock}${MODULE}${progress(job)}`);
      await page.until(`${text('state')} === 'Running'`);
      server.append(job, {type: 'progress', percent: 40, eta: new Date(Date.now() + 90_000).toISOString()});
      await page.until(`${text('eta')} !== ''`);
      assert.match(await page.eval(text('eta')), /^about (1|2) min left$/);
    });
  }

  test('a Service Worker that answers from its cache first freezes neither a watch nor the list', async (context) => {
    const {server, base, begin, show} = await pages.fresh(context);
    server.scripts['/sw.js'] = `
      addEventListener('install', () => skipWaiting());
      addEventListener('activate', (event) => event.waitUntil(clients.claim()));
      addEventListener('fetch', (event) => {
        if (event.request.method !== 'GET' || !event.request.url.includes('/api/')) return;
        event.respondWith(caches.open('c').then(async (cache) => {
          const hit = await cache.match(event.request);
          if (hit) return hit;
          const answer = await fetch(event.request);
          if (answer.ok) event.waitUntil(cache.put(event.request, answer.clone()).catch(() => {}));
          return answer;
        }));
      });`;
    server.maxAgeMs = 700;
    const job = begin();
    const page = await show(`<script type="module">
      await navigator.serviceWorker.register('/sw.js', {scope: '/'});
      await navigator.serviceWorker.ready;
      if (!navigator.serviceWorker.controller)
        await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve));
      const {watch} = await import('/tidings/tidings.min.js');
      document.body.append(document.createElement('tidings-jobs'));
      window.seen = [];
      for await (const event of watch('${job.state.id}', {cursor: 0})) seen.push(event.type);
      seen.push('over');
    </script>`);
    await page.until(`window.seen?.length > 0`);
    await page.until(`${texts('state')}.join() === 'Running'`);
    // Both streams rotate.
    const opened = () => server.requests.filter(({accept}) => accept === 'text/event-stream').length;
    const before = opened();
    while (opened() < before + 4) await new Promise((resolve) => setTimeout(resolve, 50));
    server.append(job, {type: 'log', level: 'info', message: 'after the rotation'});
    server.append(job, {type: 'succeeded', result: null});
    await page.until(`seen.join() === 'queued,started,log,succeeded,over'`, 20_000);
    await page.until(`${texts('state')}.join() === 'Done'`, 20_000);
    assert.ok(base);
  });

  test('a result is fetched ahead from another origin with credentials, and one that is cut off is no fault of the page', async (context) => {
    const here = await pages.fresh(context);
    const afar = await pages.fresh(context);
    here.server.origins.add(new URL(afar.base).origin);
    const job = here.begin();
    const page = await afar.show(
      `<script type="module" src="${here.base}tidings.min.js"></script>${progress(job)}`,
    );
    await page.until(`${text('state')} === 'Running'`);
    here.server.artifact(job, 'cut', 1_000, {cutAt: 100});
    here.server.artifact(job, 'whole', 1_000);
    const fetched = (name) => here.server.requests.filter(({path}) => path.endsWith(`/artifacts/${name}`));
    while (fetched('cut').length === 0 || fetched('whole').length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const modes = `performance.getEntriesByType('resource').filter(({name}) => name.includes('/artifacts/')).length`;
    await page.until(`${modes} >= 1`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.ok(!page.complaints.some((said) => /Uncaught|TypeError/.test(said)), page.complaints.join());
    assert.ok(here.server.requests.some(({path, cookie}) => path.endsWith('/artifacts/whole') && cookie));
  });

  test('numbers of a result are shown digit by digit', async (context) => {
    const {server, begin, show} = await pages.fresh(context);
    const job = begin();
    const exact =
      '{"sum":9007199254740993,"ratio":0.1,"big":1E+2,"text":"1: 9007199254740993","pi":3.14159265358979323846}';
    server.append(job, {type: 'succeeded', result: {sum: 1}});
    server.exact.set(job, exact);
    const page = await show(`${MODULE}${progress(job, 'log')}`);
    await page.until(`${text('state')} === 'Done'`);
    await page.eval(`${ROOT}.querySelector('details').open = true`);
    await page.until(`${ROOT}.querySelector('table')`);
    assert.deepEqual(await page.eval(`[...${ROOT}.querySelectorAll('tr')].map((row) => row.innerText)`), [
      'sum\t9007199254740993',
      'ratio\t0.1',
      'big\t100',
      'text\t1: 9007199254740993',
      'pi\t3.14159265358979323846',
    ]);
  });

  test('a file that was changed or deleted after it was chosen, or a folder, is told at once in one sentence', async (context) => {
    const {server, show} = await pages.fresh(context);
    const folder = mkdtempSync(join(tmpdir(), 'tidings-files-'));
    context.after(() => rmSync(folder, {recursive: true, force: true}));
    const [changed, deleted] = ['changed.csv', 'deleted.csv'].map((name) => join(folder, name));
    const page = await show(`<input id="files" type="file" multiple>${MODULE}`);
    for (const file of [changed, deleted]) writeFileSync(file, 'a;b\n');
    await page.files('#files', [changed, deleted]);
    await page.eval(`window.files = [...document.querySelector('#files').files]; files.length`);
    writeFileSync(changed, 'longer than before\n'.repeat(9));
    rmSync(deleted);
    for (const [at, name] of ['changed.csv', 'deleted.csv'].entries()) {
      for (const progress of ['undefined', '() => {}']) {
        const said = await page.eval(`import('/tidings/tidings.min.js').then(({submit}) =>
          submit({type: 'digest', files: [files[${at}]], onUploadProgress: ${progress}})).catch((error) => error.message)`);
        const why = 'can’t be read: it was changed or deleted after it was chosen, or it is a folder.';
        assert.equal(said, `“${name}” ${why}`);
      }
    }
    assert.equal(server.requests.filter(({method}) => method === 'POST').length, 0);
  });

  test('a reader who is not signed in is told so, with a link where the page gives one', async (context) => {
    const {server, begin, show} = await pages.fresh(context);
    const job = begin();
    server.user = null;
    const page = await show(
      `${MODULE}<tidings-jobs signin-url="/login?return=/"></tidings-jobs>${progress(job)}`,
    );
    const list = `document.querySelector('tidings-jobs').shadowRoot.querySelector('[part=empty]')`;
    await page.until(`${list}.textContent === 'You are not signed in. Sign in'`);
    assert.equal(await page.eval(`${list}.querySelector('a').getAttribute('href')`), '/login?return=/');
    await page.until(`${text('error')} === 'You are not signed in.'`);
    assert.equal(await page.eval(text('state')), '');
  });

  test('a job without a title has its type’s title, one with a title its own', async (context) => {
    const {begin, show} = await pages.fresh(context);
    begin(null);
    begin('my own');
    const page = await show(`${MODULE}<tidings-jobs></tidings-jobs>`);
    await page.until(`${texts('title')}.sort().join() === 'Countdown,my own'`);
  });

  test('names and titles that turn the line round are isolated, and what turns it is shown', async (context) => {
    const {server, begin, show} = await pages.fresh(context);
    const job = begin('report\u202efdp.exe');
    server.artifact(job, 'report\u202efdp.exe', 10);
    server.append(job, {type: 'progress', message: '\u2067x', stage: 'שלב'});
    const page = await show(`${MODULE}${progress(job)}`);
    await page.until(`${text('title')} === 'report[U+202E]fdp.exe'`);
    await page.until(`${ROOT}.querySelector('[part=artifact] bdi')?.textContent === 'report[U+202E]fdp.exe'`);
    assert.equal(await page.eval(text('message')), '[U+2067]x');
    const isolated = `['title', 'stage', 'message'].map((part) => getComputedStyle(${ROOT}.querySelector('[part=' + part + ']')))`;
    assert.deepEqual(await page.eval(`${isolated}.map(({unicodeBidi}) => unicodeBidi)`), [
      'isolate',
      'isolate',
      'isolate',
    ]);
  });

  test('a pattern that only Java understands leaves the form usable: the server checks it', async (context) => {
    const {server, base, show} = await pages.fresh(context);
    server.types.unshift({
      name: 'java',
      title: 'Java',
      schema: {
        type: 'object',
        required: ['code'],
        properties: {code: {type: 'string', pattern: '(?i)\\p{Alnum}++'}},
      },
      inputs: {min: 0, max: 0},
    });
    const page = await show('');
    await page.open(base);
    await page.until(`document.getElementById('type').options.length > 0`);
    await page.eval(`document.querySelector('#params input').value = 'abc'`);
    await page.eval(`document.getElementById('go').click()`);
    await page.until(`${texts('title')}.join() === 'Java'`);
    assert.equal(await page.eval(`document.getElementById('fault').textContent`), '');
  });
});

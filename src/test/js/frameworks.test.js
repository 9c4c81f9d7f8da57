// The elements in React, Angular, Vue and Lit, as their documents tell to use custom elements, in a real Chromium.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {Pages, missingChromium} from './support/page.js';
import {MODULES, missing, tool} from './support/tools.js';

/** By framework: its packages, and a page that shows one job, then changes it. It calls `ready(change)`. */
const FRAMEWORKS = {
  React: {
    packages: ['react', 'react-dom'],
    code: `
      import {createElement, useState} from 'react';
      import {createRoot} from 'react-dom/client';
      function App() {
        const [job, setJob] = useState(first);
        window.change = () => setJob(second);
        const heard = ({detail}) => states.push(detail.state);
        return createElement('tidings-progress', {job, log: true, controls: '', 'ontidings-state': heard});
      }
      createRoot(document.getElementById('app')).render(createElement(App));`,
  },
  Vue: {
    packages: ['vue'],
    code: `
      import {createApp, h, ref} from 'vue';
      const job = ref(first);
      window.change = () => (job.value = second);
      const onTidingsState = ({detail}) => states.push(detail.state);
      createApp({
        render: () => h('tidings-progress', {job: job.value, log: true, controls: '', onTidingsState}),
      }).mount('#app');`,
  },
  Lit: {
    packages: ['lit'],
    code: `
      import {html, render} from 'lit';
      const heard = ({detail}) => states.push(detail.state);
      const show = (job) => render(html\`<tidings-progress .job=\${job} ?log=\${true} controls=""
        @tidings-state=\${heard}></tidings-progress>\`, document.getElementById('app'));
      window.change = () => show(second);
      show(first);`,
  },
  Angular: {
    packages: ['@angular/common', '@angular/compiler', '@angular/core', '@angular/platform-browser', 'rxjs'],
    code: `
      import '@angular/compiler';
      import {CUSTOM_ELEMENTS_SCHEMA, Component, provideZonelessChangeDetection, signal} from '@angular/core';
      import {bootstrapApplication} from '@angular/platform-browser';
      class App {
        job = signal(first);
        heard({detail}) { states.push(detail.state); }
        constructor() { window.change = () => this.job.set(second); }
      }
      Component({
        selector: '#app',
        schemas: [CUSTOM_ELEMENTS_SCHEMA],
        template: '<tidings-progress [job]="job()" [log]="true" controls="" (tidings-state)="heard($event)"></tidings-progress>',
      })(App);
      bootstrapApplication(App, {providers: [provideZonelessChangeDetection()]});`,
  },
};

const ROOT = `document.querySelector('tidings-progress')?.shadowRoot?`;
const text = (part) => `${ROOT}.querySelector('[part=${part}]').textContent`;

describe('the elements', {timeout: 120_000}, () => {
  const pages = new Pages();
  before(() => missingChromium || pages.launch());
  after(() => pages.close());

  for (const [name, {packages, code}] of Object.entries(FRAMEWORKS)) {
    // Frameworks set properties before the module is there, or after.
    for (const when of ['before', 'after']) {
      const skip = missingChromium || missing('esbuild', ...packages);
      test(`in ${name}, with their module loaded ${when} the page is rendered`, {skip}, async (context) => {
        const {server, begin, show} = await pages.fresh(context);
        const [first, second] = [begin('first'), begin('second')];
        server.scripts['/app.js'] = await bundled(`
          const [first, second] = ['${first.state.id}', '${second.state.id}'];
          window.states = [];
          ${code}`);
        const module = `await import('/tidings/tidings.min.js');`;
        const app = `await import('/app.js');`;
        const page = await show(`<div id="app"></div><script type="module">
          ${when === 'before' ? module + app : `${app} await new Promise((resolve) => setTimeout(resolve, 100)); ${module}`}
        </script>`);
        await page.until(`${text('title')} === 'first'`);
        await page.until(`${text('state')} === 'Running'`);
        const hidden = `${ROOT}.querySelectorAll('details')[1].hidden + ' ' + ${ROOT}.querySelector('[part=cancel]').hidden`;
        assert.equal(await page.eval(hidden), 'false true', 'log and controls');
        server.append(first, {type: 'succeeded', result: null});
        await page.until(`states.includes('succeeded')`);
        await page.eval('void change()');
        await page.until(`${text('title')} === 'second'`);
        assert.equal(await page.eval(`document.querySelector('tidings-progress').job`), second.state.id);
        assert.deepEqual(page.complaints, []);
      });
    }
  }
});

async function bundled(contents) {
  const {outputFiles} = await tool('esbuild').build({
    stdin: {contents, resolveDir: MODULES},
    bundle: true,
    format: 'esm',
    write: false,
    define: {
      'process.env.NODE_ENV': '"production"',
      ngDevMode: 'false',
      ngServerMode: 'false',
      ngJitMode: 'true',
    },
  });
  return outputFiles[0].text;
}

// @ts-check
import '../tidings-elements.js';
import {TidingsError, submit, types} from '../tidings.js';
import {make} from '../tidings/style.js';
import {Texts} from '../tidings/texts.js';
import {SchemaForm} from './schema-form.js';
/** @import {Connection, JobType} from '../tidings/types.js' */
/** @import {TidingsJobs} from '../tidings/jobs-element.js' */

const texts = new Texts(document.documentElement.lang);
/** What is said of the connection. */
const CONNECTION = {
  live: 'Live',
  polling: 'Live, by polling',
  connecting: 'Connecting…',
  offline: 'Offline',
  trouble: 'Reconnecting…',
};
const form = /** @type {HTMLFormElement} */ (find('form'));
const typeSelect = /** @type {HTMLSelectElement} */ (find('type'));
const titleInput = /** @type {HTMLInputElement} */ (find('title'));
const fileInput = /** @type {HTMLInputElement} */ (find('files'));
const jobs = /** @type {TidingsJobs} */ (find('jobs'));
const drop = find('drop');
const go = /** @type {HTMLButtonElement} */ (find('go'));
const fault = find('fault');

/** @type {JobType[]} */
let known = [];
/** @type {SchemaForm} */
let params;
/** @type {File[]} */
let files = [];
/** The upload that is under way. @type {AbortController | undefined} */
let upload;

/** @param {string} id */
function find(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no ${id}`);
  return element;
}

/** @param {unknown} error */
const wordsOf = (error) => (error instanceof Error ? error.message : String(error));

/** @param {string} text */
function complain(text) {
  fault.textContent = text;
  fault.hidden = !text;
}

/** @param {string} text @param {boolean} [signIn] whether signing in helps */
function trouble(text, signIn = false) {
  find('trouble').hidden = !text;
  find('trouble-text').textContent = text;
  find('sign-in').hidden = !signIn;
}

/** @param {unknown} error */
function signedOut(error) {
  if (!(error instanceof TidingsError && error.status === 401)) return false;
  /** @type {HTMLAnchorElement} */ (find('sign-in')).href =
    `login?return=${encodeURIComponent(location.pathname)}`;
  trouble('You are not signed in.', true);
  return true;
}

async function loadTypes() {
  try {
    known = await types();
  } catch (error) {
    if (signedOut(error)) return;
    complain(`The job types could not be loaded. ${wordsOf(error)}`);
    setTimeout(loadTypes, 5_000 + Math.random() * 5_000);
    return;
  }
  complain('');
  typeSelect.replaceChildren(...known.map(({name, title}) => new Option(title ?? name, name)));
  const last = sessionStorage.getItem('tidings.type');
  if (known.some(({name}) => name === last)) typeSelect.value = last ?? '';
  go.disabled = known.length === 0;
  showType();
}

const chosenType = () => known.find(({name}) => name === typeSelect.value);

function showType() {
  const type = chosenType();
  if (!type) return;
  sessionStorage.setItem('tidings.type', type.name);
  find('about').textContent = type.description ?? '';
  params = new SchemaForm(find('params'), type.schema);
  const {min = 0, max = 0} = type.inputs ?? {};
  drop.hidden = max === 0;
  fileInput.multiple = max > 1;
  find('wanted').textContent =
    min === 1 && max === 1 ? 'one file' : min > 0 ? 'one file or more' : 'optional';
  choose(max === 0 ? [] : files.slice(0, max));
  complain('');
}

/** @param {File[]} next */
function choose(next) {
  const max = chosenType()?.inputs?.max ?? 0;
  // Two files of one name can't be told apart in the results.
  const byName = new Map(next.map((file) => [file.name, file]));
  files = [...byName.values()].slice(-Math.max(0, max));
  find('chosen').replaceChildren(
    ...files.map((file) => {
      const away = make('button', {type: 'button', class: 'plain', 'aria-label': `Remove ${file.name}`}, '×');
      away.onclick = () => {
        choose(files.filter((other) => other !== file));
        fileInput.focus();
      };
      return make(
        'li',
        {},
        make('bdi', {}, file.name),
        make('small', {}, texts.quantity(file.size, 'bytes')),
        away,
      );
    }),
  );
}

typeSelect.onchange = showType;
fileInput.onchange = () => {
  choose([...files, ...(fileInput.files ?? [])]);
  fileInput.value = '';
};

// Files may be dropped anywhere on the page; none is ever opened in its place.
let over = 0;
addEventListener('dragenter', () => drop.classList.toggle('over', ++over > 0));
addEventListener('dragleave', () => drop.classList.toggle('over', --over > 0));
addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', (event) => {
  event.preventDefault();
  over = 0;
  drop.classList.remove('over');
  const dropped = [...(event.dataTransfer?.files ?? [])];
  if (!drop.hidden && !upload) choose([...files, ...dropped]);
});

form.onsubmit = async (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  const type = chosenType();
  if (!type || upload) return;
  complain('');
  try {
    const read = params.read();
    if (files.length < (type.inputs?.min ?? 0)) {
      fileInput.focus();
      throw new RangeError(
        type.inputs.min === 1 ? 'Please choose a file.' : `Please choose at least ${type.inputs.min} files.`,
      );
    }
    const title =
      titleInput.value.trim() ||
      (files.length > 0
        ? `${type.title ?? type.name}: ${files[0].name}${files.length > 1 ? ` +${files.length - 1}` : ''}`
        : undefined);
    await send({type: type.name, title, params: read, files});
  } catch (error) {
    if (!signedOut(error)) complain(faultsOf(error));
  }
};

/** @param {{type: string, title: string | undefined, params: any, files: File[]}} submission */
async function send(submission) {
  upload = new AbortController();
  const bar = /** @type {HTMLProgressElement} */ (find('upload-bar'));
  const text = find('upload-text');
  go.disabled = true;
  find('upload').hidden = submission.files.length === 0;
  bar.removeAttribute('value');
  text.textContent = '';
  find('upload-cancel').onclick = () => upload?.abort();
  addEventListener('beforeunload', warn);
  try {
    const job = await submit({
      ...submission,
      signal: upload.signal,
      onUploadProgress: ({loaded, total}) => {
        bar.value = total > 0 ? loaded / total : 0;
        text.textContent =
          loaded < total
            ? texts.phrase('of', texts.quantity(loaded, 'bytes'), texts.quantity(total, 'bytes'))
            : 'Finishing…';
      },
      onWaiting: (delayMs) => {
        text.textContent = `The connection failed. Trying again in ${texts.duration(delayMs)}…`;
      },
    });
    jobs.put(job);
    choose([]);
    titleInput.value = '';
  } catch (error) {
    if (!upload.signal.aborted) throw error;
  } finally {
    upload = undefined;
    go.disabled = false;
    find('upload').hidden = true;
    removeEventListener('beforeunload', warn);
  }
}

/** @param {Event} event */
function warn(event) {
  event.preventDefault();
}

/** A problem may name each fault. @param {any} error */
function faultsOf(error) {
  const faults = error?.problem?.errors ?? error?.problem?.faults;
  if (!Array.isArray(faults)) return wordsOf(error);
  const lines = faults.map((item) =>
    typeof item === 'string'
      ? item
      : [item.field ?? item.pointer ?? item.name, item.detail ?? item.message].filter(Boolean).join(': '),
  );
  return [wordsOf(error), ...lines.filter((line) => line && !wordsOf(error).includes(line))].join('\n');
}

jobs.addEventListener('tidings-connection', (event) => {
  const {live, rung, trouble: why} = /** @type {CustomEvent<Connection>} */ (event).detail;
  const word = live
    ? rung === 'stream'
      ? 'live'
      : 'polling'
    : why === 'offline'
      ? 'offline'
      : why
        ? 'trouble'
        : 'connecting';
  const connection = find('connection');
  const text = CONNECTION[word];
  if (connection.textContent !== text) connection.textContent = text;
  connection.className = `connection ${live ? 'live' : why ? 'trouble' : ''}`;
  // What a 401 said stays said.
  if (!find('sign-in').hidden) return;
  trouble(
    !live && rung !== 'stream' && why === 'gateway'
      ? 'Something between this page and Tidings answers in its place: perhaps you are signed out, or a gateway blocks the way. “Check the path” tells more.'
      : '',
  );
});

jobs.addEventListener('tidings-error', (event) => {
  const {detail} = /** @type {CustomEvent} */ (event);
  if (!signedOut(detail)) trouble(`Your jobs can't be shown. ${wordsOf(detail)}`);
});

loadTypes();

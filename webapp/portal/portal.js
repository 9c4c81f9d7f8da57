// @ts-check
import '../tidings-elements.js';
import {TidingsError, remove, submit, types} from '../tidings.js';
import {make} from '../tidings/style.js';
import {Texts} from '../tidings/texts.js';
import {SchemaForm} from './schema-form.js';
import {language, say, sayOr, translatePage} from './texts.js';
/** @import {Connection, Job, JobType} from '../tidings/types.js' */
/** @import {TidingsJobs} from '../tidings/jobs-element.js' */

translatePage();
const texts = new Texts(language);
const form = /** @type {HTMLFormElement} */ (find('form'));
const typeSelect = /** @type {HTMLSelectElement} */ (find('type'));
const titleInput = /** @type {HTMLInputElement} */ (find('title'));
const fileInput = /** @type {HTMLInputElement} */ (find('files'));
const jobs = /** @type {TidingsJobs} */ (find('jobs'));
const drop = find('drop');
const go = /** @type {HTMLButtonElement} */ (find('go'));
const fault = find('fault');
const search = /** @type {HTMLInputElement} */ (find('search'));

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
  trouble(say('signedOut'), true);
  showConnection('out');
  go.disabled = true;
  find('account').hidden = true;
  jobs.hidden = true;
  return true;
}

async function loadTypes() {
  try {
    known = await types();
  } catch (error) {
    if (signedOut(error)) return;
    complain(say('noTypes', wordsOf(error)));
    setTimeout(loadTypes, 5_000 + Math.random() * 5_000);
    return;
  }
  complain('');
  typeSelect.replaceChildren(
    ...known.map(({name, title}) => new Option(sayOr(`${name}.title`, title ?? name), name)),
  );
  const last = sessionStorage.getItem('tidings.type');
  // What is for trying things out is not what most people come for.
  typeSelect.value =
    (
      known.find(({name}) => name === last) ??
      known.find(({name}) => name !== 'countdown' && name !== 'external') ??
      known[0]
    )?.name ?? '';
  go.disabled = known.length === 0;
  showType();
}

const chosenType = () => known.find(({name}) => name === typeSelect.value);

function showType() {
  const type = chosenType();
  if (!type) return;
  sessionStorage.setItem('tidings.type', type.name);
  find('about').textContent = sayOr(`${type.name}.description`, type.description ?? '');
  params = new SchemaForm(find('params'), type.schema, type.name);
  const {min = 0, max = 0} = type.inputs ?? {};
  drop.hidden = max === 0;
  fileInput.multiple = max > 1;
  find('wanted').textContent = say(min === 1 && max === 1 ? 'oneFile' : min > 0 ? 'someFiles' : 'optional');
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
      const away = make(
        'button',
        {type: 'button', class: 'plain', 'aria-label': say('removeFile', file.name)},
        '×',
      );
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
      throw new RangeError(type.inputs.min === 1 ? say('needFile') : say('needFiles', type.inputs.min));
    }
    const title = titleInput.value.trim() || titleFor(type);
    await send({type: type.name, title, params: read, files});
  } catch (error) {
    if (!signedOut(error)) complain(faultsOf(error));
  }
};

/** What a job is called that its submitter gave no name: its type, and its first file. @param {JobType} type */
function titleFor(type) {
  const name = sayOr(`${type.name}.title`, type.title ?? type.name);
  return files.length === 0
    ? name
    : `${name}: ${files[0].name}${files.length > 1 ? ` +${files.length - 1}` : ''}`;
}

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
            ? say('uploaded', texts.quantity(loaded, 'bytes'), texts.quantity(total, 'bytes'))
            : say('finishing');
      },
      onWaiting: (delayMs) => {
        text.textContent = say('retrying', texts.duration(delayMs));
      },
    });
    search.value = '';
    jobs.filter = '';
    jobs.put(job);
    choose([]);
    titleInput.value = '';
    find('told').textContent = say('started', job.title || job.type);
    // Where the answer can be seen: on a phone the list is below the form.
    jobs.reveal(job.id);
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

/** What is wrong with a submission; each field that a fault is about is marked. @param {any} error */
function faultsOf(error) {
  const faults = error?.problem?.errors ?? error?.problem?.faults;
  if (!Array.isArray(faults)) return wordsOf(error);
  const others = faults.filter(({field, detail}) => !params.mark(field ?? '', detail ?? ''));
  if (faults.length > 0 && others.length === 0) return wordsOf(error);
  return [
    wordsOf(error),
    ...others
      .map(({field, detail}) => [field, detail].filter(Boolean).join(': '))
      .filter((line) => line && !wordsOf(error).includes(line)),
  ].join('\n');
}

/** @param {'live' | 'polling' | 'offline' | 'trouble' | 'connecting' | 'out'} state */
function showConnection(state) {
  const connection = find('connection');
  const text = say(state);
  if (connection.textContent !== text) connection.textContent = text;
  connection.className = `connection ${state === 'polling' ? 'live' : state}`;
}

jobs.addEventListener('tidings-connection', (event) => {
  const {live, rung, trouble: why} = /** @type {CustomEvent<Connection>} */ (event).detail;
  // What a 401 said stays said.
  if (!find('sign-in').hidden) return;
  showConnection(
    live
      ? rung === 'stream'
        ? 'live'
        : 'polling'
      : why === 'offline'
        ? 'offline'
        : why
          ? 'trouble'
          : 'connecting',
  );
  trouble(!live && rung !== 'stream' && why === 'gateway' ? say('gateway') : '');
});

jobs.addEventListener('tidings-error', (event) => {
  const {detail} = /** @type {CustomEvent} */ (event);
  if (!signedOut(detail)) trouble(say('cannotShow', wordsOf(detail)));
});

/** Who is signed in, and the way out. With `tidings.security=none` there is nobody to name. */
async function showAccount() {
  try {
    const response = await fetch('api/me', {headers: {Accept: 'application/json'}, cache: 'no-store'});
    if (!response.ok) return;
    const {user, signOut} = await response.json();
    find('user').textContent = user;
    find('sign-out').hidden = !signOut;
    find('account').hidden = user === 'anonymous';
  } catch {
    // The list of jobs tells what is wrong with the connection.
  }
}

find('sign-out').onclick = async () => {
  await fetch('logout', {method: 'POST'});
  location.assign('./');
};

search.oninput = () => {
  jobs.filter = search.value;
};

find('delete-finished').onclick = () => {
  const finished = jobs.finished;
  const sure = /** @type {HTMLDialogElement} */ (find('sure'));
  const some = finished.length > 0;
  find('sure-text').textContent = some
    ? say('deleteQuestion', texts.number(finished.length))
    : say('noneFinished');
  find('sure-yes').hidden = !some;
  sure.returnValue = '';
  sure.onclose = () => {
    if (sure.returnValue === 'yes') deleteAll(finished);
  };
  sure.showModal();
};

/** One after the other: a hundred requests at once would only wait for each other. @param {Job[]} finished */
async function deleteAll(finished) {
  const button = /** @type {HTMLButtonElement} */ (find('delete-finished'));
  button.disabled = true;
  try {
    for (const [at, {id}] of finished.entries()) {
      button.textContent = say('deleting', at, finished.length);
      await remove(id).catch((error) => {
        // Somebody else was quicker.
        if (!(error instanceof TidingsError && error.status === 404)) throw error;
      });
      jobs.drop(id);
    }
  } catch (error) {
    if (!signedOut(error)) trouble(say('cannotShow', wordsOf(error)));
  } finally {
    button.disabled = false;
    button.textContent = say('deleteFinished');
    button.focus();
  }
}

loadTypes();
showAccount();

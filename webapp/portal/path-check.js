// @ts-check
import {SseParser} from '../tidings/sse-parser.js';
import {make} from '../tidings/style.js';
import {token} from '../tidings/environment.js';
import {BASE} from '../tidings/urls.js';
import {HELLO_LIMIT_MS, conclude, judgePoll, judgeStream, lateness} from './path-verdict.js';
/** @import {Finding, PollProbe, StreamProbe} from './path-verdict.js' */

/** Ten messages take 2 s; the rest is patience for a path that holds them back. */
const STREAM_LIMIT_MS = 15_000;
const LONG_POLL_S = 25;
const LATE_MS = 10_000;

/** @param {string} id */
const find = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const again = /** @type {HTMLButtonElement} */ (find('again'));

/** Each request has its own URL, so that no cache can answer. @param {string} query */
const probeUrl = (query) => new URL(`api/path-check?${query}n=${token()}`, BASE);

/** @param {Response} response */
const typeOf = (response) => (response.headers.get('Content-Type') ?? '').split(';')[0].trim().toLowerCase();

/** @returns {Promise<StreamProbe>} */
async function probeStream() {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), STREAM_LIMIT_MS);
  const start = performance.now();
  const since = () => Math.round(performance.now() - start);
  /** @type {StreamProbe} */
  const probe = {
    status: 0,
    type: '',
    headersMs: null,
    helloMs: null,
    events: [],
    ended: false,
    tookMs: 0,
    encoding: '',
  };
  let firstSent = NaN;
  try {
    const response = await fetch(probeUrl(''), {
      headers: {Accept: 'text/event-stream'},
      cache: 'no-store',
      signal: stop.signal,
    });
    probe.headersMs = since();
    probe.status = response.status;
    probe.type = typeOf(response);
    probe.encoding = response.headers.get('Content-Encoding') ?? '';
    probe.via = ['Via', 'Server', 'X-Cache', 'CF-Ray']
      .map((name) => [name, response.headers.get(name)])
      .filter(([, value]) => value)
      .map((pair) => pair.join(': '))
      .join('; ');
    if (probe.status === 200 && probe.type === 'text/event-stream' && response.body) {
      const parser = new SseParser();
      const text = new TextDecoder();
      const bytes = response.body.getReader();
      for (;;) {
        const {done, value} = await bytes.read();
        if (done) break;
        for (const {event, data} of parser.push(text.decode(value, {stream: true}))) {
          if (event === 'hello') probe.helloMs = since();
          if (event !== 'message') continue;
          const {n, at} = JSON.parse(data);
          if (Number.isNaN(firstSent)) firstSent = Date.parse(at);
          probe.events.push({n, ms: since(), sentMs: Date.parse(at) - firstSent});
        }
      }
      probe.ended = true;
    }
  } catch {
    // Cut, given up, or never there: the probe says how far it came.
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
  probe.tookMs = since();
  return probe;
}

/** @param {number} askedS @returns {Promise<PollProbe>} */
async function probePoll(askedS) {
  const stop = new AbortController();
  const start = performance.now();
  /** @type {PollProbe} */
  const probe = {status: 0, type: '', askedS, waitedS: null, tookMs: 0, late: false};
  const timer = setTimeout(
    () => {
      probe.late = true;
      stop.abort();
    },
    askedS * 1_000 + LATE_MS,
  );
  try {
    const response = await fetch(probeUrl(`wait=${askedS}&`), {
      headers: {Accept: 'application/json'},
      cache: 'no-store',
      signal: stop.signal,
    });
    const text = await response.text();
    probe.status = response.status;
    probe.type = typeOf(response);
    if (probe.type === 'application/json') probe.waitedS = JSON.parse(text).waited;
  } catch {
    // As above.
  }
  clearTimeout(timer);
  probe.tookMs = Math.round(performance.now() - start);
  return probe;
}

/** h2, h3 or http/1.1, as the browser saw it. */
function protocol() {
  const entry = /** @type {PerformanceNavigationTiming | undefined} */ (
    performance.getEntriesByType('navigation')[0]
  );
  const resources = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType('resource'));
  return (
    resources.find(({name}) => name.includes('/api/path-check'))?.nextHopProtocol ||
    entry?.nextHopProtocol ||
    'unknown'
  );
}

/** @param {string} title */
function line(title) {
  const mark = make('span', {class: 'mark', 'aria-hidden': 'true'}, '…');
  const detail = make('span', {}, 'checking');
  const item = make('li', {}, mark, make('strong', {}, title), detail);
  find('checks').append(item);
  return {
    /** @param {Finding} finding */
    show: ({mark: kind, detail: text}) => {
      item.className = kind;
      mark.textContent = kind === 'good' ? '✓' : kind === 'bad' ? '✗' : '!';
      detail.textContent = text;
    },
  };
}

async function check() {
  again.disabled = true;
  find('checks').replaceChildren();
  find('copy').hidden = find('details').hidden = true;
  find('copied').textContent = '';
  tell({mark: 'unsure', title: 'Checking…', detail: `This takes up to ${LONG_POLL_S} seconds.`});
  const lines = [
    line('Plain requests'),
    line('Live stream (server-sent events)'),
    line(`Long requests (${LONG_POLL_S} s)`),
    line('Protocol'),
  ];
  const short = await probePoll(0);
  const poll = judgePoll(short);
  lines[0].show(poll);
  const [[streamed, stream], [long, longPoll]] = await Promise.all([
    probeStream().then((probe) => {
      const finding = judgeStream(probe);
      lines[1].show(finding);
      if (finding.mark === 'good')
        tell({mark: 'good', title: 'Live progress works.', detail: 'The other checks are still running.'});
      return /** @type {[StreamProbe, Finding]} */ ([probe, finding]);
    }),
    probePoll(LONG_POLL_S).then((probe) => {
      const finding = judgePoll(probe);
      lines[2].show(finding);
      return /** @type {[PollProbe, Finding]} */ ([probe, finding]);
    }),
  ]);
  const spoken = protocol();
  const compressed =
    streamed.encoding && streamed.encoding !== 'identity'
      ? ` The stream was compressed (${streamed.encoding}), which it should never be.`
      : '';
  lines[3].show({
    mark: compressed ? 'unsure' : 'good',
    title: 'Protocol',
    detail: `${spoken}${spoken === 'http/1.1' ? ': six connections per browser, of which Tidings uses one for all tabs.' : '.'}${compressed}`,
  });
  const verdict = conclude(stream, longPoll, poll);
  tell(verdict);
  find('report').textContent = report({verdict, stream, longPoll, poll, streamed, long, short, spoken});
  find('copy').hidden = find('details').hidden = false;
  again.disabled = false;
}

/** @param {Finding} verdict */
function tell({mark, title, detail}) {
  const box = find('verdict');
  box.className = `verdict ${mark}`;
  box.children[0].textContent = title;
  box.children[1].textContent = detail;
  box.hidden = false;
}

/** @param {any} seen */
function report({verdict, stream, longPoll, poll, streamed, long, short, spoken}) {
  const delays = lateness(streamed.events);
  return [
    'Tidings path check',
    `at           ${new Date().toISOString()}`,
    `page         ${location.origin}${location.pathname}`,
    `browser      ${navigator.userAgent}`,
    `protocol     ${spoken}`,
    `secure       ${isSecureContext}; Web Locks ${'locks' in navigator}; BroadcastChannel ${'BroadcastChannel' in globalThis}`,
    `verdict      ${verdict.title} ${verdict.detail}`,
    '',
    `stream       ${stream.mark}: ${stream.detail}`,
    `             status ${streamed.status}, type ${streamed.type || '-'}, encoding ${streamed.encoding || '-'}, ${streamed.via || 'no Via or Server header'}`,
    `             headers after ${streamed.headersMs ?? '-'} ms, hello after ${streamed.helloMs ?? '-'} ms (limit ${HELLO_LIMIT_MS}), ${streamed.ended ? 'ended' : 'not ended'} after ${streamed.tookMs} ms`,
    ...streamed.events.map(
      (/** @type {any} */ {n, ms, sentMs}, /** @type {number} */ at) =>
        `             event ${n}: sent ${sentMs} ms, came ${ms} ms, late ${delays[at]} ms`,
    ),
    `long poll    ${longPoll.mark}: ${longPoll.detail}`,
    `             asked ${long.askedS} s, server waited ${long.waitedS ?? '-'} s, took ${long.tookMs} ms, status ${long.status}, type ${long.type || '-'}`,
    `poll         ${poll.mark}: ${poll.detail}`,
    `             took ${short.tookMs} ms, status ${short.status}, type ${short.type || '-'}`,
  ].join('\n');
}

find('copy').onclick = async () => {
  const text = find('report').textContent ?? '';
  const done = find('copied');
  try {
    await navigator.clipboard.writeText(text);
    done.textContent = 'Copied.';
  } catch {
    // Plain HTTP has no clipboard: the text is selected, so that Ctrl+C takes it.
    /** @type {HTMLDetailsElement} */ (find('details')).open = true;
    getSelection()?.selectAllChildren(find('report'));
    done.textContent = 'The report is selected: copy it with Ctrl+C.';
  }
};
again.onclick = check;
check();

// @ts-check
/**
 * What one check saw. Times in ms from the request; `null` where it never came.
 * @typedef {object} StreamProbe
 * @property {number} status 0: no answer
 * @property {string} type the answer's media type
 * @property {number | null} headersMs
 * @property {number | null} helloMs
 * @property {{n: number, ms: number, sentMs: number}[]} events `sentMs`: by the server's clock, from its first
 * @property {boolean} ended whether the stream came to its end; else it was cut or given up
 * @property {number} tookMs
 * @property {string} encoding Content-Encoding, where the page may see it
 * @property {string} [via] names that a gateway left: Via, Server
 */
/** @typedef {{status: number, type: string, askedS: number, waitedS: number | null, tookMs: number, late: boolean}} PollProbe */
/** @typedef {'good' | 'bad' | 'unsure'} Mark */
/** @typedef {{mark: Mark, title: string, detail: string}} Finding */

/** A stream that says hello later than this is taken for mute. */
export const HELLO_LIMIT_MS = 5_000;
const EVENTS = 10;

/** @param {number} ms */
const seconds = (ms) => `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;

/** @param {StreamProbe} probe @returns {Finding} */
export function judgeStream(probe) {
  const {status, type, helloMs, events, ended, tookMs} = probe;
  const title = 'Live stream (server-sent events)';
  if (status === 0)
    return {
      mark: 'bad',
      title,
      detail: `No answer within ${seconds(tookMs)}. Something holds the answer back, or the server cannot be reached.`,
    };
  if (status !== 200 || type !== 'text/event-stream') {
    return {
      mark: 'bad',
      title,
      detail: `Instead of the stream came status ${status}${type ? ` with ${type}` : ''}: a gateway's page, a login, or an error.`,
    };
  }
  if (helloMs === null)
    return {
      mark: 'bad',
      title,
      detail: `The connection opened, but nothing came within ${seconds(tookMs)}: something between collects the answer before it lets it through (buffering).`,
    };
  const delays = lateness(events);
  const worst = Math.max(0, ...delays);
  if (helloMs > HELLO_LIMIT_MS)
    return {
      mark: 'bad',
      title,
      detail: `The first message took ${seconds(helloMs)}: something between collects the answer before it lets it through (buffering).`,
    };
  if (events.length < EVENTS) {
    const how = ended ? 'ended' : 'was cut';
    return {
      mark: 'bad',
      title,
      detail: `It ${how} after ${seconds(tookMs)} with ${events.length} of ${EVENTS} messages.`,
    };
  }
  if (spread(events) < 0.5 * sentSpread(events)) {
    return {
      mark: 'bad',
      title,
      detail: `All ${EVENTS} messages came in a lump, up to ${seconds(worst)} late: something between collects them (buffering, or compression).`,
    };
  }
  if (oneLate(events))
    return {
      mark: 'unsure',
      title,
      detail:
        'Each message comes only when the next one follows: a scanner or a compressing gateway holds the last one back. Progress is shown up to 15 s late.',
    };
  if (worst > 1_000)
    return {mark: 'unsure', title, detail: `It works, but messages were up to ${seconds(worst)} late.`};
  return {
    mark: 'good',
    title,
    detail: `${EVENTS} of ${EVENTS} messages, one by one; the first after ${seconds(helloMs)}, none later than ${Math.round(worst)} ms.`,
  };
}

/** @param {PollProbe} probe @returns {Finding} */
export function judgePoll({status, type, askedS, tookMs, late}) {
  const title = askedS === 0 ? 'Plain requests' : `Long requests (${askedS} s)`;
  if (late) return {mark: 'bad', title, detail: `No answer within ${seconds(tookMs)}.`};
  if (status === 0) return {mark: 'bad', title, detail: `Cut after ${seconds(tookMs)}.`};
  if (status !== 200 || type !== 'application/json')
    return {
      mark: 'bad',
      title,
      detail: `Instead of the answer came status ${status}${type ? ` with ${type}` : ''} after ${seconds(tookMs)}.`,
    };
  if (tookMs < askedS * 500)
    return {
      mark: 'unsure',
      title,
      detail: `Answered after ${seconds(tookMs)} already: from a gateway's memory, perhaps.`,
    };
  return {mark: 'good', title, detail: `Answered after ${seconds(tookMs)}.`};
}

/**
 * Which transport Tidings will use here, in plain words.
 * @param {Finding} stream
 * @param {Finding} longPoll
 * @param {Finding} poll
 * @returns {{mark: Mark, title: string, detail: string}}
 */
export function conclude(stream, longPoll, poll) {
  if (stream.mark === 'good')
    return {mark: 'good', title: 'The path is clear.', detail: 'Progress is shown live, as it happens.'};
  if (stream.mark === 'unsure')
    return {
      mark: 'good',
      title: 'The path is good enough.',
      detail: `Progress is shown live. ${stream.detail}`,
    };
  if (longPoll.mark !== 'bad') {
    return {
      mark: 'unsure',
      title: 'Live streams do not get through; long requests do.',
      detail:
        'Tidings uses long requests (long poll) here by itself. Progress is shown at once, with a little more traffic. Your network’s administrators can help: the report says what happens to the stream.',
    };
  }
  if (poll.mark !== 'bad') {
    return {
      mark: 'unsure',
      title: 'Only short requests get through.',
      detail:
        'Tidings asks every few seconds here by itself. Progress is shown a few seconds late. Your network’s administrators can help: the report says what happens to streams and long requests.',
    };
  }
  return {
    mark: 'bad',
    title: 'Tidings cannot be reached from here.',
    detail:
      'Nothing but other answers came: perhaps you are signed out, offline, or a gateway blocks the way. Please send the report to your help desk.',
  };
}

/** How much later than the quickest each message came, in ms. @param {StreamProbe['events']} events */
export function lateness(events) {
  const delays = events.map(({ms, sentMs}) => ms - sentMs);
  const least = Math.min(...delays);
  return delays.map((delay) => delay - least);
}

/** @param {StreamProbe['events']} events */
const spread = (events) => (events.at(-1)?.ms ?? 0) - events[0].ms;
/** @param {StreamProbe['events']} events */
const sentSpread = (events) => (events.at(-1)?.sentMs ?? 0) - events[0].sentMs;

/** Whether all but the last came when their successor was sent, the last two at once. @param {StreamProbe['events']} events */
function oneLate(events) {
  const last = events.length - 1;
  const gaps = events.slice(1).map(({ms}, at) => ms - events[at].ms);
  return gaps[last - 1] < 30 && gaps.slice(0, last - 1).every((gap) => gap > 100);
}

// @ts-check
import {token} from './world.js';
/** @import {World} from './world.js' */

/** A leader that says nothing for so long is frozen, or its path is: a tab that follows then reads for itself. */
const SILENT_MS = 40_000;
const ANSWER_MS = 4_000;
const ALIVE_MS = 10_000;

/**
 * One tab of the browser reads, the others are told. Who holds the Web Lock leads; when its tab goes, the lock passes on and the
 * next one reads. Without Web Locks (they need HTTPS or localhost) or BroadcastChannel each tab reads for itself.
 *
 * ```
 *   start ──▶ follows ──lock──▶ leads
 *                │ ▲
 *     no word of │ │ the leader's word
 *     a leader   ▼ │
 *              reads for itself
 * ```
 */
export class Lead {
  #name;
  #world;
  #role;
  /** @type {BroadcastChannel | undefined} */
  #channel;
  #forgetHints = () => {};
  /** From `start`, or the page's return from the back/forward cache, until it goes there. @type {AbortController | undefined} */
  #shift;
  /** Ends the reading, when this tab reads. @type {AbortController | undefined} */
  #reading;
  #leads = false;
  /** What this tab signs its words with when it leads. */
  #token = token();
  /** The leader whose whole state this tab has been told. @type {string | undefined} */
  #synced;
  /** @type {any} */
  #timer;
  /** @type {any} */
  #aliveTimer;

  /**
   * @param {string} name the same in all tabs that share
   * @param {World} world
   * @param {{read: (signal: AbortSignal) => void, state: () => object, receive: (message: any) => void}} role
   */
  constructor(name, world, role) {
    this.#name = name;
    this.#world = world;
    this.#role = role;
  }

  get leads() {
    return this.#leads;
  }

  state() {
    return this.#role.state();
  }

  start() {
    this.stop();
    // A page that goes gives the lead away; one that comes back begins anew.
    this.#forgetHints = this.#world.hints((hint) => {
      if (hint === 'hidden') this.#end();
      if (hint === 'shown') this.#begin();
    });
    this.#begin();
  }

  stop() {
    this.#forgetHints();
    this.#end();
  }

  /** Tells the tabs that follow, when this one leads. @param {object} message */
  post(message) {
    if (this.#leads) this.#channel?.postMessage({...message, leader: this.#token});
  }

  #begin() {
    this.#end();
    this.#synced = undefined;
    this.#shift = new AbortController();
    const {signal} = this.#shift;
    const {locks, channel} = this.#world;
    if (!locks || !channel) {
      this.#read();
      return;
    }
    this.#channel = channel(this.#name);
    this.#channel.onmessage = ({data}) => this.#hear(data);
    locks
      .request(this.#name, {signal}, () => {
        if (signal.aborted) return undefined;
        this.#takeLead();
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined)));
      })
      .catch(() => {
        // Storage may be forbidden, and locks with it.
        if (!signal.aborted) this.#read();
      });
    this.#follow(ANSWER_MS);
    this.#channel.postMessage({kind: 'ask'});
  }

  #end() {
    const {forget} = this.#world;
    forget(this.#timer);
    forget(this.#aliveTimer);
    this.#reading?.abort();
    this.#reading = undefined;
    this.#leads = false;
    this.#channel?.close();
    this.#channel = undefined;
    // Lets the lock go.
    this.#shift?.abort();
  }

  #takeLead() {
    this.#leads = true;
    this.#world.forget(this.#timer);
    this.#read();
    this.#stayAlive();
  }

  #stayAlive() {
    this.#aliveTimer = this.#world.later(() => {
      this.post({kind: 'alive'});
      this.#stayAlive();
    }, ALIVE_MS);
  }

  #read() {
    if (this.#reading) return;
    this.#reading = new AbortController();
    this.#role.read(this.#reading.signal);
  }

  /** @param {number} patienceMs */
  #follow(patienceMs) {
    const {later, forget} = this.#world;
    forget(this.#timer);
    this.#timer = later(() => {
      if (patienceMs > ANSWER_MS) {
        this.#channel?.postMessage({kind: 'ask'});
        this.#follow(ANSWER_MS);
      } else {
        this.#read();
      }
    }, patienceMs);
  }

  /** @param {any} message */
  #hear(message) {
    if (message.kind === 'ask') {
      this.post({kind: 'state', ...this.#role.state()});
    } else if (!this.#leads) {
      // What the leader knew while this tab read for itself, was not there yet, or was led by another that said no more, is told
      // by a whole state only.
      if (message.kind === 'state') this.#synced = message.leader;
      else if (this.#reading || this.#synced !== message.leader) this.#channel?.postMessage({kind: 'ask'});
      this.#reading?.abort();
      this.#reading = undefined;
      this.#role.receive(message);
      this.#follow(SILENT_MS);
    }
  }
}

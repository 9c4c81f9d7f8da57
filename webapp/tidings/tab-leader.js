// @ts-check
import {token} from './environment.js';
/** @import {Environment} from './environment.js' */

/** A leader that is silent for so long is frozen, or its path is broken: a tab that follows then reads for itself. */
const SILENT_MS = 40_000;
const ANSWER_MS = 4_000;
const ALIVE_MS = 10_000;

/**
 * What tabs say to each other in the room of one user. `leader` is the sender's token.
 * @typedef {{kind: string, leader?: string} & Record<string, unknown>} Message
 */

/**
 * One tab per user and browser reads, the others are told by it. The tab that holds the Web Lock leads; when it goes, the lock
 * passes on and the next tab reads.
 *
 * Each tab first reads for itself until the server has said whose jobs these are. Lock and channel are named with that tag of
 * the user, so nothing that belongs to one user ever reaches a tab of another. Without the tag, Web Locks (they need HTTPS or
 * localhost) or BroadcastChannel each tab reads for itself.
 *
 * ```
 *   start ──▶ reads for itself ──lock──▶ leads
 *                 │     ▲
 *     the leader's│     │ the leader
 *     state       ▼     │ is silent
 *                follows ──lock──▶ leads
 * ```
 */
export class TabLeader {
  #name;
  #environment;
  #role;
  /** The tag of the user whose jobs are read. @type {string | undefined} */
  #user;
  /** Tells tabs of any user that the user changed, and no more. @type {BroadcastChannel | undefined} */
  #lobby;
  /** @type {BroadcastChannel | undefined} */
  #room;
  /** Ends the membership of the room, and with it the lock. @type {AbortController | undefined} */
  #membership;
  #removeHints = () => {};
  /** Ends the reading, when this tab reads. @type {AbortController | undefined} */
  #reading;
  #leads = false;
  #token = token();
  /** The leader whose whole state this tab has. @type {string | undefined} */
  #synced;
  /** @type {unknown} */
  #timer;
  /** @type {unknown} */
  #aliveTimer;

  /**
   * @param {string} name the same in all tabs that share
   * @param {Environment} environment
   * @param {object} role
   * @param {(signal: AbortSignal) => void} role.read
   * @param {() => object} role.state what a tab that follows has to know
   * @param {(message: Message) => void} role.receive
   * @param {() => void} role.reset forgets everything: it belongs to another user
   */
  constructor(name, environment, role) {
    this.#name = name;
    this.#environment = environment;
    this.#role = role;
  }

  start() {
    this.stop();
    // A page that goes gives the lead away; one that comes back begins anew.
    this.#removeHints = this.#environment.hints((hint) => {
      if (hint === 'hidden') this.#end();
      if (hint === 'shown') this.restart();
    });
    this.restart();
  }

  stop() {
    this.#removeHints();
    this.#end();
  }

  /** Reads for itself again, and finds out who is signed in now. */
  restart() {
    this.#end();
    const {locks, channel} = this.#environment;
    if (locks && channel) {
      this.#lobby = channel(this.#name);
      this.#lobby.onmessage = ({data}) =>
        this.#user !== undefined && data.user !== this.#user && this.restart();
    }
    this.#read();
  }

  /** The server said whose jobs these are. @param {unknown} user a tag, the same for one user only */
  identify(user) {
    if (typeof user !== 'string' || (user === this.#user && this.#room)) return;
    const changed = user !== this.#user;
    this.#leaveRoom();
    if (changed && this.#user !== undefined) this.#role.reset();
    this.#user = user;
    if (!this.#lobby) return;
    if (changed) this.#lobby.postMessage({user});
    this.#enterRoom(`${this.#name} ${user}`);
  }

  /** Tells the tabs that follow, when this one leads. @param {Message} message */
  post(message) {
    if (this.#leads) this.#room?.postMessage({...message, leader: this.#token});
  }

  postState() {
    this.post({kind: 'state', ...this.#role.state()});
  }

  /** @param {string} name */
  #enterRoom(name) {
    const {locks, channel} = this.#environment;
    this.#synced = undefined;
    this.#membership = new AbortController();
    const {signal} = this.#membership;
    this.#room = channel?.(name);
    if (this.#room) this.#room.onmessage = ({data}) => this.#hear(data);
    locks
      ?.request(name, {signal}, () => {
        if (signal.aborted) return undefined;
        this.#lead();
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined)));
      })
      // Storage may be forbidden, and locks with it: this tab goes on reading.
      .catch(() => {});
    this.#ask();
  }

  #leaveRoom() {
    const {forget} = this.#environment;
    forget(this.#timer);
    forget(this.#aliveTimer);
    this.#leads = false;
    this.#room?.close();
    this.#room = undefined;
    this.#membership?.abort();
  }

  #end() {
    this.#leaveRoom();
    this.#lobby?.close();
    this.#lobby = undefined;
    this.#reading?.abort();
    this.#reading = undefined;
  }

  #lead() {
    this.#leads = true;
    this.#environment.forget(this.#timer);
    this.#read();
    // A tab that follows knows nothing of what this one read for itself.
    this.postState();
    this.#stayAlive();
  }

  #stayAlive() {
    this.#aliveTimer = this.#environment.later(() => {
      this.post({kind: 'alive'});
      this.#stayAlive();
    }, ALIVE_MS);
  }

  #read() {
    if (this.#reading) return;
    this.#reading = new AbortController();
    this.#role.read(this.#reading.signal);
  }

  #ask() {
    this.#room?.postMessage({kind: 'ask'});
  }

  /** @param {number} patienceMs */
  #follow(patienceMs) {
    const {later, forget} = this.#environment;
    forget(this.#timer);
    this.#timer = later(() => {
      if (patienceMs > ANSWER_MS) {
        this.#ask();
        this.#follow(ANSWER_MS);
      } else {
        this.#read();
      }
    }, patienceMs);
  }

  /** @param {Message} message */
  #hear(message) {
    if (message.kind === 'ask') {
      this.postState();
    } else if (!this.#leads) {
      // What the leader knew while this tab read for itself, was not there yet, or was led by another that is silent now, is
      // told by a whole state only.
      if (message.kind === 'state') this.#synced = message.leader;
      else if (this.#reading || this.#synced !== message.leader) this.#ask();
      if (message.kind === 'state' || this.#synced === message.leader) {
        this.#reading?.abort();
        this.#reading = undefined;
      }
      this.#role.receive(message);
      this.#follow(SILENT_MS);
    }
  }
}

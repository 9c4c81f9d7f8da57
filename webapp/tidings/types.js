// @ts-check
/**
 * The shapes that pages meet, as the HTTP contract has them; instants are RFC 3339 in UTC. Types only: nothing loads this
 * module. `tidings.d.ts` is made of it.
 */

/** @typedef {'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'} JobState */

/**
 * How far a job is; each field is absent when unknown.
 * @typedef {object} Progress
 * @property {number} [done]
 * @property {number} [total]
 * @property {string} [unit]
 * @property {number} [percent] 0 to 100
 * @property {string} [stage]
 * @property {string} [message]
 * @property {string} [eta]
 */

/**
 * A result file.
 * @typedef {object} Artifact
 * @property {string} name
 * @property {string} mediaType
 * @property {number} size
 * @property {string} etag
 * @property {string} href
 */

/**
 * RFC 9457.
 * @typedef {object} ProblemFields
 * @property {string} [type]
 * @property {string} [title]
 * @property {number} [status]
 * @property {string} [detail]
 */
/** @typedef {ProblemFields & {[field: string]: unknown}} Problem */

/**
 * @typedef {object} Job
 * @property {string} id
 * @property {string} type
 * @property {string | null} [title]
 * @property {string} owner
 * @property {JobState} state
 * @property {boolean} cancelRequested
 * @property {number} attempt
 * @property {string} created
 * @property {string | null} [started]
 * @property {string | null} [finished]
 * @property {Progress | null} [progress]
 * @property {unknown} [result] numbers beyond 2^53 lose digits, as in any JSON that JavaScript reads
 * @property {Problem | null} [error]
 * @property {Artifact[]} artifacts
 * @property {string[]} [truncated] members that were left out or shortened
 * @property {number} seq
 * @property {{self: string, events: string, cancel: string, [name: string]: string}} links
 */

/**
 * @typedef {object} JobType
 * @property {string} name
 * @property {string} [title]
 * @property {string} [description]
 * @property {Record<string, unknown>} schema the JSON Schema of a submission's `params`
 * @property {{min: number, max: number}} inputs
 */

/** @typedef {{seq: number, job: string, at: string}} StoredEvent */
/**
 * @typedef {StoredEvent & (
 *   | {type: 'queued'}
 *   | {type: 'started', attempt: number, node: string}
 *   | ({type: 'progress'} & Progress)
 *   | {type: 'log', level: 'info' | 'warn' | 'error', message: string}
 *   | ({type: 'artifact'} & Artifact)
 *   | {type: 'cancelling', by: string}
 *   | {type: 'retrying', attempt: number, notBefore: string, error: Problem}
 *   | {type: 'succeeded', result?: unknown}
 *   | {type: 'failed', error: Problem}
 *   | {type: 'cancelled', by: string}
 *   | {type: 'snapshot', state: Job, reset?: boolean}
 * )} JobEvent
 */

/** A job's newest state; null once it is deleted. @typedef {{id: string, job: Job | null}} JobChange */

/**
 * How the connection is, for people. `busy`: Tidings asked to wait. `mute`: the path holds streams back. `gateway`: something
 * else answered.
 * @typedef {object} Connection
 * @property {'stream' | 'long-poll' | 'poll'} rung
 * @property {boolean} live
 * @property {'offline' | 'busy' | 'mute' | 'gateway' | 'unreachable' | null} trouble
 * @property {number} failures failed requests in a row
 */

/**
 * An event target whose listeners know what their event carries.
 * @template {object} Details by the name of the event
 * @typedef {Omit<EventTarget, 'addEventListener'> & {
 *   addEventListener<K extends keyof Details>(
 *     name: K,
 *     listener: (event: CustomEvent<Details[K]>) => void,
 *     options?: boolean | AddEventListenerOptions,
 *   ): void,
 *   addEventListener(
 *     name: string,
 *     listener: EventListenerOrEventListenerObject | null,
 *     options?: boolean | AddEventListenerOptions,
 *   ): void,
 * }} TypedEventTarget
 */

/** @typedef {{[K in JobEvent['type']]: Extract<JobEvent, {type: K}>}} EventsByType */
/** @typedef {{event: JobEvent, connection: Connection, end: undefined, error: Error} & EventsByType} JobWatchEvents */

/**
 * Ends after the terminal event; rejects with a `TidingsError`, or the signal's reason.
 * @typedef {TypedEventTarget<JobWatchEvents> & AsyncIterableIterator<JobEvent> & {
 *   readonly job: Job | undefined,
 *   readonly cursor: number | undefined,
 *   readonly connection: Connection,
 *   close(): void,
 * }} JobWatch
 */

/**
 * @typedef {object} MineWatchEvents
 * @property {{id: string, job: Job, event: JobEvent}} change
 * @property {{id: string}} deleted
 * @property {null} ready
 * @property {Connection} connection
 * @property {Error} error
 */

/**
 * The states of all own jobs. `put` shows a job ahead of the stream, `forget` takes one away that was deleted just now.
 * @typedef {TypedEventTarget<MineWatchEvents> & AsyncIterableIterator<JobChange> & {
 *   readonly jobs: ReadonlyMap<string, Job>,
 *   readonly ready: boolean,
 *   readonly connection: Connection,
 *   put(job: Job): void,
 *   forget(id: string): void,
 *   close(): void,
 * }} MineWatch
 */
export {};

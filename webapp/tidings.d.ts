// Made by src/test/js/support/declare.js.
type JobState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
/**
 * How far a job is; each field is absent when unknown.
 */
type Progress = {
  done?: number | undefined;
  total?: number | undefined;
  unit?: string | undefined;
  /**
   * 0 to 100
   */
  percent?: number | undefined;
  stage?: string | undefined;
  message?: string | undefined;
  eta?: string | undefined;
};
/**
 * A result file.
 */
type Artifact = {
  name: string;
  mediaType: string;
  size: number;
  etag: string;
  href: string;
};
/**
 * RFC 9457.
 */
type ProblemFields = {
  type?: string | undefined;
  title?: string | undefined;
  status?: number | undefined;
  detail?: string | undefined;
};
type Problem = ProblemFields & {
  [field: string]: unknown;
};
type Job = {
  id: string;
  type: string;
  title?: string | null | undefined;
  owner: string;
  state: JobState;
  cancelRequested: boolean;
  attempt: number;
  created: string;
  started?: string | null | undefined;
  finished?: string | null | undefined;
  progress?: Progress | null | undefined;
  /**
   * numbers beyond 2^53 lose digits, as in any JSON that JavaScript reads
   */
  result?: unknown;
  error?: Problem | null | undefined;
  artifacts: Artifact[];
  /**
   * members that were left out or shortened
   */
  truncated?: string[] | undefined;
  seq: number;
  links: {
    self: string;
    events: string;
    cancel: string;
    [name: string]: string;
  };
};
type JobType = {
  name: string;
  title?: string | undefined;
  description?: string | undefined;
  /**
   * the JSON Schema of a submission's `params`
   */
  schema: Record<string, unknown>;
  inputs: {
    min: number;
    max: number;
  };
};
type StoredEvent = {
  seq: number;
  job: string;
  at: string;
};
type JobEvent = StoredEvent &
  (
    | {
        type: 'queued';
      }
    | {
        type: 'started';
        attempt: number;
        node: string;
      }
    | ({
        type: 'progress';
      } & Progress)
    | {
        type: 'log';
        level: 'info' | 'warn' | 'error';
        message: string;
      }
    | ({
        type: 'artifact';
      } & Artifact)
    | {
        type: 'cancelling';
        by: string;
      }
    | {
        type: 'retrying';
        attempt: number;
        notBefore: string;
        error: Problem;
      }
    | {
        type: 'succeeded';
        result?: unknown;
      }
    | {
        type: 'failed';
        error: Problem;
      }
    | {
        type: 'cancelled';
        by: string;
      }
    | {
        type: 'snapshot';
        state: Job;
        reset?: boolean;
      }
  );
/**
 * A job's newest state; null once it is deleted.
 */
type JobChange = {
  id: string;
  job: Job | null;
};
/**
 * How the connection is, for people. `busy`: Tidings asked to wait. `mute`: the path holds streams back. `gateway`: something
 * else answered.
 */
type Connection = {
  rung: 'stream' | 'long-poll' | 'poll';
  live: boolean;
  trouble: 'offline' | 'busy' | 'mute' | 'gateway' | 'unreachable' | null;
  /**
   * failed requests in a row
   */
  failures: number;
};
/**
 * An event target whose listeners know what their event carries.
 */
type TypedEventTarget<Details extends object> = Omit<EventTarget, 'addEventListener'> & {
  addEventListener<K extends keyof Details>(
    name: K,
    listener: (event: CustomEvent<Details[K]>) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    name: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
};
type EventsByType = {
  [K in JobEvent['type']]: Extract<
    JobEvent,
    {
      type: K;
    }
  >;
};
type JobWatchEvents = {
  event: JobEvent;
  connection: Connection;
  end: undefined;
  error: Error;
} & EventsByType;
/**
 * Ends after the terminal event; rejects with a `TidingsError`, or the signal's reason.
 */
type JobWatch = TypedEventTarget<JobWatchEvents> &
  AsyncIterableIterator<JobEvent> & {
    readonly job: Job | undefined;
    readonly cursor: number | undefined;
    readonly connection: Connection;
    close(): void;
  };
type MineWatchEvents = {
  change: {
    id: string;
    job: Job;
    event: JobEvent;
  };
  deleted: {
    id: string;
  };
  ready: null;
  connection: Connection;
  error: Error;
};
/**
 * The states of all own jobs. `put` shows a job ahead of the stream, `forget` takes one away that was deleted just now.
 */
type MineWatch = TypedEventTarget<MineWatchEvents> &
  AsyncIterableIterator<JobChange> & {
    readonly jobs: ReadonlyMap<string, Job>;
    readonly ready: boolean;
    readonly connection: Connection;
    put(job: Job): void;
    forget(id: string): void;
    close(): void;
  };

/** What Tidings refused: `problem` is its RFC 9457 object. Status 0: it was not reached. */
declare class TidingsError extends Error {
  /** @param {number} status @param {Problem} problem */
  constructor(status: number, problem: Problem);
  status: number;
  problem: Problem;
}

/**
 * What the client needs of its surroundings; tests make others, with virtual time.
 */
type Environment = {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  nowMs: () => number;
  later: (run: () => void, delayMs: number) => any;
  forget: (timer: any) => void;
  random: () => number;
  online: () => boolean;
  memory: {
    get: (key: string) => string | null;
    set: (key: string, value: string) => void;
  };
  /**
   * returns how to stop listening
   */
  hints: (listener: (hint: Hint) => void) => () => void;
  locks: LockManager | undefined;
  channel: ((name: string) => BroadcastChannel) | undefined;
};
/**
 * What happens to the page: something that may have ended a connection or made one possible, or its way into the
 * back/forward cache (or to its end) and back.
 */
type Hint = 'online' | 'visible' | 'hidden' | 'shown';

/**
 * Watches the states of all own jobs, over one connection for all tabs of this browser where it has Web Locks and
 * BroadcastChannel, else one for this tab. Every end is told; of quick changes the newest. Use it by `for await`
 * (`{id, job}`, `job` null once it is deleted), or by `jobs` and the events `change`, `deleted`, `ready` (all present jobs
 * are in `jobs`), `connection`, `error`.
 * @param {{base?: string | URL, signal?: AbortSignal, environment?: Environment}} [options] `base`: where Tidings is, with a
 *     slash at its end; by default where this module came from
 * @returns {MineWatch}
 */
declare function watchMine(options?: {
  base?: string | URL;
  signal?: AbortSignal;
  environment?: Environment;
}): MineWatch;

/**
 * Watches one job: every event after the cursor, each once and in order (of a run of progress perhaps only the last), until
 * the terminal one. Use it by `for await`, or by listeners: `event` (and one named as its type) with the event as `detail`,
 * `connection`, `end`, `error`.
 * @param {string | URL} job its `links.self`, or its id
 * @param {object} [options]
 * @param {number} [options.cursor] the `seq` of the last event seen; 0 for the whole log; none for a snapshot and what follows
 * @param {AbortSignal} [options.signal]
 * @param {string | URL} [options.base] where Tidings is, with a slash at its end; by default where this module came from
 * @param {RequestCredentials} [options.credentials]
 * @param {Environment} [options.environment]
 * @returns {JobWatch}
 */
declare function watch(
  job: string | URL,
  options?: {
    cursor?: number | undefined;
    signal?: AbortSignal | undefined;
    base?: string | URL | undefined;
    credentials?: RequestCredentials | undefined;
    environment?: Environment | undefined;
  },
): JobWatch;

/**
 * @typedef {object} Submission
 * @property {string} type
 * @property {string} [title]
 * @property {unknown} [params]
 * @property {number} [priority]
 * @property {string} [notBefore] an instant
 * @property {Iterable<File>} [files]
 * @property {(progress: UploadProgress) => void} [onUploadProgress]
 * @property {(delayMs: number) => void} [onWaiting] a try failed; the next one comes after so many ms
 * @property {string} [idempotencyKey] to go on with an earlier submission
 */
/**
 * Submits a job. Always with an `Idempotency-Key`, so that neither a retry here nor one by a balancer makes a second job.
 * @param {Submission & Options} submission
 * @returns {Promise<Job>}
 */
declare function submit(submission: Submission & Options): Promise<Job>;
/**
 * Deletes a finished job with its log and artifacts.
 * @param {string | URL} job its `links.self` or its id
 * @param {Options} [options]
 * @returns {Promise<void>}
 */
declare function remove(job: string | URL, options?: Options): Promise<void>;
/**
 * Lists the job types that may be submitted.
 * @param {Options} [options]
 * @returns {Promise<JobType[]>}
 */
declare function types({base, ...rest}?: Options): Promise<JobType[]>;
declare function cancel(job: string | URL, options?: Options): Promise<Job>;
declare function retry(job: string | URL, options?: Options): Promise<Job>;
type Submission = {
  type: string;
  title?: string | undefined;
  params?: unknown;
  priority?: number | undefined;
  /**
   * an instant
   */
  notBefore?: string | undefined;
  files?: Iterable<File> | undefined;
  onUploadProgress?: ((progress: UploadProgress) => void) | undefined;
  /**
   * a try failed; the next one comes after so many ms
   */
  onWaiting?: ((delayMs: number) => void) | undefined;
  /**
   * to go on with an earlier submission
   */
  idempotencyKey?: string | undefined;
};
/**
 * Bytes of the whole request.
 */
type UploadProgress = {
  loaded: number;
  total: number;
};
/**
 * Status 0: no answer came.
 */
type Answer = {
  status: number;
  header: (name: string) => string | null;
  text: string;
};
type Request = {
  method: string;
  url: string;
  headers: Record<string, string>;
  /**
   * made anew for each try
   */
  body?: (() => string | FormData) | undefined;
  /**
   * what the body is made of
   */
  files?: File[] | undefined;
  onUploadProgress?: ((progress: UploadProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
  credentials: RequestCredentials;
};
/**
 * Sends one request; tests bring their own.
 */
type Send = (request: Request) => Promise<Answer>;
/**
 * Where Tidings is (`base`, with a slash at its end; by default where this module came from), and what ends the request.
 */
type Options = {
  base?: string | URL;
  signal?: AbortSignal;
  environment?: Environment;
  send?: Send;
};

/**
 * The job after one more event; the same object when the event is older than what is known. Pure: makes a new object.
 * @param {Job | undefined} job
 * @param {JobEvent} event
 * @returns {Job | undefined} undefined while no snapshot was seen
 */
declare function applyEvent(job: Job | undefined, event: JobEvent): Job | undefined;
declare function ends(event: JobEvent): boolean;

export {TidingsError, applyEvent, cancel, ends, remove, retry, submit, types, watch, watchMine};
export type {
  Artifact,
  Connection,
  EventsByType,
  Job,
  JobChange,
  JobEvent,
  JobState,
  JobType,
  JobWatch,
  JobWatchEvents,
  MineWatch,
  MineWatchEvents,
  Problem,
  ProblemFields,
  Progress,
  StoredEvent,
  TypedEventTarget,
};

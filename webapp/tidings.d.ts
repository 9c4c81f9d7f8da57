/** Types of tidings.js. Shapes are the HTTP contract's; instants are RFC 3339 in UTC. */

export type JobState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

export interface Progress {
  done?: number;
  total?: number;
  unit?: string;
  /** 0 to 100. */
  percent?: number;
  stage?: string;
  message?: string;
  eta?: string;
}

export interface Artifact {
  name: string;
  mediaType: string;
  size: number;
  etag: string;
  href: string;
}

/** RFC 9457. */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  [field: string]: any;
}

export interface Job {
  id: string;
  type: string;
  title?: string | null;
  owner: string;
  state: JobState;
  cancelRequested: boolean;
  attempt: number;
  created: string;
  started?: string | null;
  finished?: string | null;
  progress?: Progress | null;
  result?: any;
  error?: Problem | null;
  artifacts: Artifact[];
  seq: number;
  links: {self: string; events: string; cancel: string; [name: string]: string};
}

export interface JobType {
  name: string;
  title?: string;
  description?: string;
  /** The JSON Schema of a submission's `params`. */
  schema: any;
  inputs: {min: number; max: number};
}

interface Stored {
  seq: number;
  job: string;
  at: string;
}

export type JobEvent = Stored &
  (
    | {type: 'queued'}
    | {type: 'started'; attempt: number; node: string}
    | ({type: 'progress'} & Progress)
    | {type: 'log'; level: 'info' | 'warn' | 'error'; message: string}
    | ({type: 'artifact'} & Artifact)
    | {type: 'cancelling'; by: string}
    | {type: 'retrying'; attempt: number; notBefore: string; error: Problem}
    | {type: 'succeeded'; result?: any}
    | {type: 'failed'; error: Problem}
    | {type: 'cancelled'; by: string}
    | {type: 'snapshot'; state: Job; reset?: boolean}
  );

/** A job's newest state; null once it is deleted. */
export interface JobChange {
  id: string;
  job: Job | null;
}

/** How the connection is, for people. */
export interface Connection {
  rung: 'stream' | 'long-poll' | 'poll';
  live: boolean;
  /** `busy`: Tidings asked to wait; `mute`: the path holds streams back; `gateway`: something else answered. */
  trouble: 'offline' | 'busy' | 'mute' | 'gateway' | 'unreachable' | null;
  /** Failed requests in a row. */
  failures: number;
}

interface Options {
  /** Where Tidings is, with a slash at its end; by default where this module came from. */
  base?: string | URL;
  signal?: AbortSignal;
}

/** Ends after the terminal event; rejects with a TidingsError, or the signal's reason. */
export interface JobWatch extends EventTarget, AsyncIterableIterator<JobEvent> {
  /** The job as the events so far make it; undefined until a snapshot came. */
  readonly job: Job | undefined;
  /** The `seq` of the last event: what another watch goes on from. */
  readonly cursor: number | undefined;
  readonly connection: Connection;
  close(): void;
  addEventListener(
    name: 'event' | 'connection' | 'end' | 'error' | JobEvent['type'],
    listener: (event: CustomEvent) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    callback: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

/** Every event of a job after the cursor, each once and in order (of a run of progress perhaps only the last). */
export function watch(
  job: string | URL,
  options?: Options & {cursor?: number; credentials?: RequestCredentials},
): JobWatch;

export interface MineWatch extends EventTarget, AsyncIterableIterator<JobChange> {
  readonly jobs: ReadonlyMap<string, Job>;
  readonly ready: boolean;
  readonly connection: Connection;
  put(job: Job): void;
  forget(id: string): void;
  close(): void;
  addEventListener(
    name: 'change' | 'deleted' | 'ready' | 'connection' | 'error',
    listener: (event: CustomEvent) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    callback: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

/** The states of all own jobs, over one connection for all tabs. */
export function watchMine(options?: Options): MineWatch;

export interface Submission extends Options {
  type: string;
  title?: string;
  params?: any;
  priority?: number;
  notBefore?: string;
  files?: Iterable<File>;
  onUploadProgress?: (progress: {loaded: number; total: number}) => void;
  /** A try failed; the next comes after so many ms. */
  onWaiting?: (delayMs: number) => void;
  idempotencyKey?: string;
}

export function submit(submission: Submission): Promise<Job>;
export function cancel(job: string | URL, options?: Options): Promise<Job>;
export function retry(job: string | URL, options?: Options): Promise<Job>;
export function remove(job: string | URL, options?: Options): Promise<void>;
export function types(options?: Options): Promise<JobType[]>;

/** The job after one more event; the same object when the event is older than what is known. */
export function applyEvent(job: Job | undefined, event: JobEvent): Job | undefined;
/** Whether nothing comes after this event. */
export function ends(event: JobEvent): boolean;

/** What Tidings refused. Status 0: it was not reached. */
export class TidingsError extends Error {
  constructor(status: number, problem: Problem);
  readonly status: number;
  readonly problem: Problem;
}

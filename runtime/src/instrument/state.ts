import type { Batch, BatchSink, ByRow } from './batch.ts';
import type { Recorder } from './recorder.types.ts';
import type { CallValues, SiteInfo } from './site.types.ts';
import type { Stages } from './stages.types.ts';
import type { Span } from './trace/span.ts';

/**
 * State shared by every copy of the runtime in the process (ESM beside CommonJS, old beside new, hot reload),
 * behind one versioned key on `globalThis`. Fields are only ever added.
 */
export interface RuntimeState {
  readonly version: 1;
  /** Every site that was called at least once; its index is the `site` column. */
  readonly sites: SiteInfo[];
  /** The batch being written; undefined before the first event. */
  batch: Batch | undefined;
  /** Sealed batches that no sink has taken yet, oldest first. Bounded by `maxPendingBatches`. */
  readonly pending: Batch[];
  maxPendingBatches: number;
  /** Rows a batch holds. Read when a batch is made. */
  batchCapacity: number;
  /** How long an event may wait in an unsealed batch, ms. */
  maxWaitTimeMs: number;
  /** `AsyncLocalStorage` of the context module; absent until somebody uses context, so that others pay nothing. */
  storage: ContextStorage | undefined;
  /** Set by delivery. Until then batches wait in `pending`. */
  sink: BatchSink | undefined;
  /** Set by delivery: it holds so many batches that one which is not full had better wait. Absent: it never does. */
  congested?: (() => boolean) | undefined;
  /** Called once, synchronously, when the first event of the process is recorded. The Node entry sets it to start delivery. */
  wake: (() => void) | undefined;
  /**
   * Called, synchronously, when a batch is opened; whoever sets it sees to it that the batch is sealed in time, where no
   * timer can be relied on. Absent: a timer of `maxWaitTimeMs` does.
   */
  opened?: (() => void) | undefined;
  /**
   * Runs a function outside every async context of the application, so that what delivery opens (timers, sockets) never
   * keeps a request alive. Set by the Node entry; absent elsewhere.
   */
  outside?: (<T>(work: () => T) => T) | undefined;
  /** Memory for the rows of a batch, that many bytes: the Node entry gives memory that threads share. Absent: an ArrayBuffer. */
  allocate?: ((bytes: number) => ArrayBufferLike) | undefined;
  /** What keeps what the calls of a batch say. Set by the Node entry. Absent: a Map. */
  keepValues?: (() => ByRow<CallValues>) | undefined;
  /**
   * Whether a value is a promise, asked without any effect: asking a proxy for its prototype runs its handler.
   * Set by the Node entry; absent elsewhere.
   */
  isPromise?: ((value: unknown) => boolean) | undefined;
  /** Whether a value is a proxy. Set by the Node entry; absent elsewhere. */
  isProxy?: ((value: unknown) => boolean) | undefined;
  /** What a call needs beyond its hot path. Set by the Node entry, or by what delivers in a browser; without it nothing is recorded. */
  recorder?: Recorder | undefined;
  /** Set by the configuration where not every call becomes an event as it is. Absent: each does. */
  stages?: Stages | undefined;
  /** Set with `stages` where events tell how long our own work on a call took: when that began for the one at hand, monotonic, ms. */
  began?: (() => number) | undefined;
  /** False when `PANOPTIC_DISABLED=1`. Read when a site handle is made. */
  enabled: boolean;
  /** The option `trace`; undefined leaves annotated functions as they were built. Read when a site handle is made. */
  trace?: boolean | undefined;
  /** Number of configurations so far; absent before the first. What was read of an earlier one is read anew where it may change. */
  configured?: number | undefined;
  readonly counters: {
    /** Calls recorded into a batch. */
    recorded: number;
    /** Calls lost because `pending` was full. */
    dropped: number;
    /** Errors of our own that were swallowed (a getter that threw in a reference, …). */
    internalErrors: number;
  };
  /** Room for other modules of the same version, keyed by their own name. */
  readonly extensions: Record<string, unknown>;
}

/** One scope of execution metadata: a mutable holder of an immutable snapshot. */
export interface ContextHolder {
  snapshot: ContextSnapshot;
  /** The traced call it was opened in. */
  readonly span?: Span | undefined;
}

/** A traced call whose body runs. */
export interface CallContext {
  /** That of the scope around it. */
  readonly snapshot: ContextSnapshot | undefined;
  readonly span: Span;
  /** The scope of execution metadata around it. */
  readonly scope: ContextHolder | undefined;
  readonly isCall: true;
}

/** What the async context holds. One storage serves both: with a second one every `await` would cost half as much again. */
export type ContextStore = ContextHolder | CallContext;

/** What the runtime needs of `AsyncLocalStorage`; the core must not import `node:async_hooks`. */
export interface ContextStorage {
  getStore(): ContextStore | undefined;
  run<Args extends unknown[], T>(holder: ContextHolder, work: (...args: Args) => T, ...args: Args): T;
}

/** Where the store can be changed under code that runs. */
export interface EnterableStorage extends ContextStorage {
  enterWith(store: ContextStore | undefined): void;
}

/** Immutable execution metadata, with the place it already has in a batch. */
export interface ContextSnapshot {
  readonly data: Readonly<Record<string, unknown>>;
  /** Serial number of the batch that `index` belongs to. A number, because a snapshot may live long and must not keep the batch. */
  serial: number;
  /** Index into `Batch.contexts`. */
  index: number;
}

const KEY = Symbol.for('panoptic.runtime.v1');

/** The shared state, made by whichever copy of the runtime comes first. */
export function runtimeState(): RuntimeState {
  const holder = globalThis as { [KEY]?: RuntimeState };
  return (holder[KEY] ??= {
    version: 1,
    sites: [],
    batch: undefined,
    pending: [],
    maxPendingBatches: 64,
    batchCapacity: 1024,
    maxWaitTimeMs: 1000,
    storage: undefined,
    sink: undefined,
    wake: undefined,
    enabled: true,
    counters: { recorded: 0, dropped: 0, internalErrors: 0 },
    extensions: {},
  });
}

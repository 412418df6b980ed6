import type { Batch, BatchSink } from './batch.ts';
import type { SiteInfo } from './site.types.ts';

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
  storage: { getStore(): ContextHolder | undefined } | undefined;
  /** Set by delivery. Until then batches wait in `pending`. */
  sink: BatchSink | undefined;
  /** Called once, synchronously, when the first event of the process is recorded. The Node entry sets it to start delivery. */
  wake: (() => void) | undefined;
  /** False when `PANOPTIC_DISABLED=1`. Read when a site handle is made. */
  enabled: boolean;
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
}

/** Immutable execution metadata, with the place it already has in the current batch. */
export interface ContextSnapshot {
  readonly data: Readonly<Record<string, unknown>>;
  batch: Batch | undefined;
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

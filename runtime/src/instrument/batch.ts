import type { Shape } from '../deliver/worker/shape.ts';
import type { Window } from '../event/billing-event.ts';
import type { CallValues, SiteInfo } from './site.types.ts';

/** Values of the `outcome` column. */
export const OUTCOME = { ok: 0, error: 1, aborted: 2 } as const;

/** What is kept of a thrown value, read once when it is thrown. Never the value itself. */
export interface ErrorFacts {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
}

/**
 * Up to `capacity` calls as columns: 28 bytes a row, handed over whole.
 * A row is written when its call ends, so rows stand in order of ending.
 * Everything here can be put into shared memory or structured-cloned, except that `sites` is read through the process-wide table.
 */
export interface Batch {
  /** Six fresh random bytes, drawn when they are first read; with the row number they make the `_id` of each event. */
  readonly seed: Uint8Array;
  /** Number of the batch in this process, from 1. */
  readonly serial: number;
  /** Wall clock, ms since 1970, at the moment the monotonic clock read 0; taken anew for each batch. */
  readonly epoch: number;
  /** Rows written. */
  length: number;
  readonly capacity: number;
  /** What the columns lie in, laid out as `layColumns` says; shared memory in Node, so that another thread reads them in place. */
  readonly rows: ArrayBufferLike;
  /** Index into the process-wide site table (`RuntimeState.sites`). */
  readonly site: Uint32Array;
  /** Index into `contexts`; 0 is "no context". */
  readonly context: Uint32Array;
  /** Monotonic start of the call, ms (`performance.now()`). */
  readonly start: Float64Array;
  /** ms */
  readonly duration: Float64Array;
  /** `OUTCOME` */
  readonly outcome: Uint32Array;
  /** Immutable execution metadata, each stored once a batch. `contexts[0]` is always undefined. */
  readonly contexts: (Readonly<Record<string, unknown>> | undefined)[];
  /** Row → what `onStart` and `onResult` read (already copied, never the user's own objects). */
  readonly values: ByRow<CallValues>;
  /** Row → error. */
  readonly errors: Map<number, ErrorFacts>;
  /** Row → what few calls have beyond that. */
  readonly extras: Map<number, RowExtras>;
}

/** What rows have, but not every one. Rows come in ascending order. */
export interface ByRow<T> {
  readonly size: number;
  get(row: number): T | undefined;
  set(row: number, value: T): unknown;
  /**
   * As `set`, for who knows the shape of a value and need not make it: its texts and its numbers in the order of its members.
   * False where it must be made. Absent where values are kept as they are.
   */
  setKnown?(row: number, shape: Shape, texts: readonly string[], numbers: readonly number[]): boolean;
  keys(): Iterable<number>;
  values(): Iterable<T>;
}

/** What a call has beyond its row where something was switched on, or its function is a generator. All plain data. */
export interface RowExtras {
  /** How long the body of a generator ran, ms; the rest of `duration` it stood still between two `next()`s. */
  readonly activeMs?: number;
  /** From where our own work on the call began until its row was written, ms, where that was asked for. */
  readonly totalMs?: number;
  /** The `_id`, 24 hex digits, where it was needed before the call ended: calls inside it name it as their parent. */
  readonly id?: string;
  /** `_id` of the billable call it ran in. */
  readonly parent?: string;
  /** Of the span that was active when it began. */
  readonly trace?: { readonly trace_id: string; readonly span_id: string };
  /** The trace of that span is not being kept: nothing that is derived from the call should be. */
  readonly unsampled?: true;
  /** The share of calls like this one that are recorded, 0 to 1, where that is not the annotation's. */
  readonly sampleRate?: number;
  /** Many calls in one row: wall clock in ms since 1970, durations in ms. */
  readonly window?: Window<number>;
}

export type Columns = Pick<Batch, 'site' | 'context' | 'start' | 'duration' | 'outcome'>;

/** Where sealed batches go. Set by delivery, called off the caller's path. Must not throw. */
export type BatchSink = (batch: Batch) => void;

export type SiteTable = readonly SiteInfo[];

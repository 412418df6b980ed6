/**
 * One call of a billable function: the shape that is stored, exported and queried.
 * Two forms hold the same facts: JSON (ids and decimals as strings, ISO dates) and BSON (ObjectId, Decimal128, Date).
 * Fields marked optional are absent, never null.
 */
export interface BillingEventBase<Id, Decimal, Time> {
  /** Version of this shape. */
  v: 1;
  _id: Id;
  /** Start of the call. */
  ts: Time;
  projectId: string;
  /** `development`, `production`, … */
  env: string;
  /** The deployment's account, never the end user. */
  username: string;
  /** End user, from the annotation's `user` or the context's `user_id`. */
  user?: string;
  category: string;
  provider: string;
  service?: string;
  resource: string;
  model?: string;
  /** Site id of the annotated function. */
  site?: string;
  /** Quantities by measure, in the provider's own names. */
  usage?: Record<string, unknown>;
  /** In `unit`s. Default 1 `execution`. */
  quantity: number;
  unit: string;
  amount?: Decimal;
  /** ISO 4217. */
  currency?: string;
  price?: Price<Decimal>;
  outcome: Outcome;
  error?: EventError;
  /** `_id` of the billable call this one ran in. */
  parent?: Id;
  trace?: { trace_id: string; span_id: string };
  tags?: string[];
  /** 0 to 1; absent means 1. */
  sample_rate?: number;
  window?: Window<Time>;
  /** Commit of the build. */
  commit?: string;
  /** Hash of the function's source text. */
  body?: string;
  metadata: EventMetadata;
}

export type Outcome = 'ok' | 'error' | 'aborted';

export interface Price<Decimal> {
  status: 'priced' | 'partial' | 'unpriced' | 'free';
  method?: string;
  reason?: string;
  card?: string;
  list?: Decimal;
}

export interface EventError {
  type: string;
  message: string;
  code?: string;
  stack?: string;
}

/** Many calls of one function folded into one event. */
export interface Window<Time> {
  from: Time;
  to: Time;
  /** Calls. */
  count: number;
  /** Of their durations, ms, as are `min` and `max`. */
  sum: number;
  min: number;
  max: number;
  /** `ms:calls` for each group of similar durations, shortest first, separated by blanks. */
  sketch?: string;
}

export interface EventMetadata {
  function_name: string;
  /** Wall time of the call, ms; of a window the mean. */
  duration_ms: number;
  /** Declared argument types, as the source writes them. */
  args_types?: string[];
  /**
   * Of a generator: its lifetime, the time its body ran, and the rest, which it stood still between two `next()`s. Of other
   * calls, with `timing: 'detailed'`: everything, the body, and our own work around it.
   */
  timing?: { total_ms: number; execution_ms: number; overhead_ms: number };
  /** Context fields and `attributes.*`. */
  [field: string]: unknown;
}

/** JSON form: the wire to and from browsers, the command line, exports. */
export type BillingEvent = BillingEventBase<string, string, string>;

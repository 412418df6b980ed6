import type { Bucket, Dimension, Field } from './dimensions.ts';

/** What can be asked of each group. */
export type Measure = 'calls' | 'errors' | 'p50' | 'p95' | 'quantity' | 'amount' | 'tenants';

/**
 * A question about billing events. The same query is answered by the log on disk and by MongoDB, with equal results.
 * A call that was drawn counts as many times as it stands for (1 / `sample_rate`), a window as many as are folded into it.
 */
export interface CostQuery {
  /** Start of the call at or after. Default: no lower bound. */
  readonly from?: Date;
  /** Start of the call before. Default: no upper bound. */
  readonly to?: Date;
  /** Default `[]`: one row over everything, none when nothing matches. */
  readonly groupBy?: readonly Dimension[];
  /** IANA name; where the buckets `hour`, `day` and `month` begin. Default `UTC`. */
  readonly timeZone?: string;
  /** Raw values a field may have; null stands for "absent". Fields are combined with and. */
  readonly filter?: CostFilter;
  /** Default: all of them. */
  readonly measures?: readonly Measure[];
  /** Default: buckets in order of time when grouped by one, else most calls first; ties in order of the key. */
  readonly sort?: { readonly by: Measure | Dimension; readonly order: 'asc' | 'desc' };
  /** Rows kept after sorting. Default: all. */
  readonly limit?: number;
}

export type CostFilter = { readonly [F in Field]?: readonly (string | null)[] };

/** One group. A measure that was not asked for is absent. */
export interface CostRow {
  /** Dimension → value; null where the event has none. Buckets are local ISO times with their offset. */
  readonly key: { readonly [D in Dimension]?: string | null };
  readonly calls?: number;
  /** Calls whose outcome is `error`. */
  readonly errors?: number;
  /** Duration in ms by the nearest-rank method: a duration that was measured, never one between two. Null without any. */
  readonly p50?: number | null;
  readonly p95?: number | null;
  /** Sum by unit, each call's quantity read with 15 significant digits and summed exactly. */
  readonly quantity?: Readonly<Record<string, number>>;
  /** Exact decimal sum by currency; empty when no call has an amount (unpriced is not 0). */
  readonly amount?: Readonly<Record<string, string>>;
  /** Different tenants. */
  readonly tenants?: number;
  /** Some of its calls were drawn: everything but the number of tenants is an estimate. Absent where nothing was. */
  readonly estimated?: true;
}

export interface CostResult {
  readonly rows: readonly CostRow[];
  /**
   * `approximate` when windows are among the events, which know their durations by a sketch, or when a group was too large to
   * be sorted on the server.
   */
  readonly percentiles: 'exact' | 'approximate';
}

export type { Bucket, Dimension, Field };

export const MEASURES: readonly Measure[] = ['calls', 'errors', 'p50', 'p95', 'quantity', 'amount', 'tenants'];

/** A query with every default filled in, as both executors take it. */
export interface ResolvedQuery extends CostQuery {
  readonly groupBy: readonly Dimension[];
  readonly timeZone: string;
  readonly filter: CostFilter;
  readonly measures: readonly Measure[];
}

export function resolveQuery(query: CostQuery): ResolvedQuery {
  return {
    ...query,
    groupBy: query.groupBy ?? [],
    timeZone: query.timeZone ?? 'UTC',
    filter: query.filter ?? {},
    measures: query.measures ?? MEASURES,
  };
}

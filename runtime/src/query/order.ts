import type { CostRow, Measure, ResolvedQuery } from './cost-query.ts';
import { type Dimension, isBucket, isDimension } from './dimensions.ts';

type Sort = NonNullable<ResolvedQuery['sort']>;

/** Sorts and cuts the rows; shared by both executors, so that ties fall the same way. */
export function orderRows(rows: CostRow[], query: ResolvedQuery): CostRow[] {
  const { by, order } = query.sort ?? defaultSort(query);
  const sign = order === 'asc' ? 1 : -1;
  rows.sort((a, b) => sign * compare(rank(a, by), rank(b, by)) || compareKeys(a, b, query.groupBy));
  return query.limit === undefined ? rows : rows.slice(0, query.limit);
}

function defaultSort({ groupBy }: ResolvedQuery): Sort {
  const bucket = groupBy.find(isBucket);
  return bucket === undefined ? { by: 'calls', order: 'desc' } : { by: bucket, order: 'asc' };
}

/** What a row is sorted by. Sums in several units or currencies have no order among each other: the first by name counts. */
function rank(row: CostRow, by: Measure | Dimension): string | number | null {
  if (isDimension(by)) return row.key[by] ?? null;
  const value = row[by];
  if (typeof value !== 'object' || value === null) return value ?? null;
  const first = Object.keys(value).sort()[0];
  return first === undefined ? null : Number((value as Record<string, string | number>)[first]);
}

function compareKeys(a: CostRow, b: CostRow, groupBy: readonly Dimension[]): number {
  for (const dimension of groupBy) {
    const result = compare(a.key[dimension] ?? null, b.key[dimension] ?? null);
    if (result !== 0) return result;
  }
  return 0;
}

/** Null comes first; strings by code unit, never by locale. */
function compare(a: string | number | null, b: string | number | null): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
}

import type { CostRow, ResolvedQuery } from './cost-query.ts';
import { type Decimal, formatDecimal } from './decimal.ts';

/** What an executor has found out about one group; sums by unit or currency. */
export interface GroupFacts {
  readonly key: readonly (string | null)[];
  readonly calls: number;
  readonly errors: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly quantity: ReadonlyMap<string, Decimal>;
  readonly amount: ReadonlyMap<string, Decimal>;
  readonly tenants: number;
}

/** The row of a group, with the measures that were asked for, in their order. */
export function toRow(group: GroupFacts, { groupBy, measures }: ResolvedQuery): CostRow {
  const all = {
    ...group,
    quantity: sums(group.quantity, (sum) => Number(formatDecimal(sum))),
    amount: sums(group.amount, formatDecimal),
  };
  const key = Object.fromEntries(groupBy.map((dimension, index) => [dimension, group.key[index] ?? null]));
  return { key, ...Object.fromEntries(measures.map((measure) => [measure, all[measure]])) };
}

function sums<T>(byName: ReadonlyMap<string, Decimal>, format: (sum: Decimal) => T): Record<string, T> {
  const entries = [...byName].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, sum]) => [name, format(sum)]));
}

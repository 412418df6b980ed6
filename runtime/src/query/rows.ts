import type { CostRow, ResolvedQuery } from './cost-query.ts';
import { formatDecimal } from './decimal.ts';
import type { WeighedSum } from './weight.ts';

/** What an executor has found out about one group; sums by unit or currency. */
export interface GroupFacts {
  readonly key: readonly (string | null)[];
  readonly calls: WeighedSum;
  readonly errors: WeighedSum;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly quantity: ReadonlyMap<string, WeighedSum>;
  readonly amount: ReadonlyMap<string, WeighedSum>;
  readonly tenants: number;
}

/** The row of a group, with the measures that were asked for, in their order. */
export function toRow(group: GroupFacts, { groupBy, measures }: ResolvedQuery): CostRow {
  const all = {
    ...group,
    calls: toNumber(group.calls),
    errors: toNumber(group.errors),
    quantity: sums(group.quantity, toNumber),
    amount: sums(group.amount, ({ total }) => formatDecimal(total)),
  };
  const key = Object.fromEntries(groupBy.map((dimension, index) => [dimension, group.key[index] ?? null]));
  return {
    key,
    ...Object.fromEntries(measures.map((measure) => [measure, all[measure]])),
    ...(group.calls.isEstimated && { estimated: true }),
  };
}

const toNumber = ({ total }: WeighedSum): number => Number(formatDecimal(total));

function sums<T>(byName: ReadonlyMap<string, WeighedSum>, format: (sum: WeighedSum) => T): Record<string, T> {
  const entries = [...byName].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, sum]) => [name, format(sum)]));
}

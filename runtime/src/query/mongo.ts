import type { Db, Document } from 'mongodb';
import { bucketNamer } from './buckets.ts';
import { type CostQuery, type CostResult, type ResolvedQuery, resolveQuery } from './cost-query.ts';
import { type Decimal, parseDecimal } from './decimal.ts';
import { isBucket } from './dimensions.ts';
import { orderRows } from './order.ts';
import * as stages from './pipeline.ts';
import { type GroupFacts, toRow } from './rows.ts';

export interface AggregateOptions {
  /** Calls in one group up to which percentiles are exact; above, MongoDB's t-digest answers. Default 500,000. */
  readonly exactPercentileCalls?: number;
}

/**
 * Answers a query from all collections of one `panoptic-{env}` database. Sums, percentiles and counts are one
 * aggregation each, so that a sum by unit does not split the percentiles; sorting and cutting are shared with the fold.
 * Rejects with what the driver rejects with.
 */
export async function aggregateEvents(db: Db, query: CostQuery, options: AggregateOptions = {}): Promise<CostResult> {
  const resolved = resolveQuery(query);
  const collections = await eventCollections(db);
  const [first] = collections;
  if (first === undefined) return { rows: [], percentiles: 'exact' };

  const source = stages.sourceStages(resolved, collections);
  const ask = (more: stages.Stage[]): Promise<Document[]> =>
    db
      .collection(first)
      .aggregate([...source, ...more], { allowDiskUse: true })
      .toArray();
  const wanted = (...measures: readonly string[]): boolean => resolved.measures.some((one) => measures.includes(one));

  const groups = new Map<string, Mutable>();
  const groupOf = (id: Document): Mutable => {
    const key = keyOf(id, resolved);
    const name = JSON.stringify(key);
    const group = groups.get(name) ?? newGroup(key);
    groups.set(name, group);
    return group;
  };

  let largest = 0;
  for (const { _id, ...counts } of await ask(stages.countStages(resolved))) {
    Object.assign(groupOf(_id), counts);
    largest = Math.max(largest, counts.calls);
  }
  const exact = largest <= (options.exactPercentileCalls ?? 500_000);
  if (wanted('p50', 'p95')) {
    const percentiles = exact ? stages.exactPercentileStages : stages.approximatePercentileStages;
    for (const { _id, p50, p95 } of await ask(percentiles(resolved))) {
      Object.assign(groupOf(_id), { p50: p50 ?? null, p95: p95 ?? null });
    }
  }
  for (const [field, unit] of [
    ['quantity', 'unit'],
    ['amount', 'currency'],
  ] as const) {
    if (!wanted(field)) continue;
    for (const { _id, name, sum } of await ask(stages.sumStages(resolved, field, unit))) {
      const value = parseDecimal(sum);
      if (value !== undefined) groupOf(_id)[field].set(name ?? '', value);
    }
  }
  // events that arrived between two of the aggregations may have made a group that was never counted
  const rows = [...groups.values()].filter(({ calls }) => calls > 0).map((group) => toRow(group, resolved));
  return { rows: orderRows(rows, resolved), percentiles: exact ? 'exact' : 'approximate' };
}

/** The collections of a `panoptic-{env}` database that hold events, in order of name. */
export async function eventCollections(db: Db): Promise<string[]> {
  const found = await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
  return found
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('system.'))
    .sort();
}

interface Mutable extends GroupFacts {
  quantity: Map<string, Decimal>;
  amount: Map<string, Decimal>;
}

function newGroup(key: (string | null)[]): Mutable {
  return { key, calls: 0, errors: 0, p50: null, p95: null, quantity: new Map(), amount: new Map(), tenants: 0 };
}

function keyOf(id: Document, { groupBy, timeZone }: ResolvedQuery): (string | null)[] {
  return groupBy.map((dimension, index) => {
    const value: unknown = id[`k${index}`];
    if (!(value instanceof Date)) return (value as string | null | undefined) ?? null;
    return isBucket(dimension) ? bucketNamer(dimension, timeZone)(value) : null;
  });
}

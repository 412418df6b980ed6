import type { Db, Document } from 'mongodb';
import { bucketNamer } from './buckets.ts';
import { type CostQuery, type CostResult, type ResolvedQuery, resolveQuery } from './cost-query.ts';
import { parseDecimal } from './decimal.ts';
import { isBucket } from './dimensions.ts';
import { MongoGroup } from './mongo-group.ts';
import { orderRows } from './order.ts';
import type { Point } from './percentile.ts';
import * as stages from './pipeline.ts';
import { toRow } from './rows.ts';
import { wholeNumber } from './weight.ts';

export interface AggregateOptions {
  /** Events in one group up to which percentiles are exact; above, they are approximated. Default 500,000. */
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

  const groups = new Map<string, MongoGroup>();
  const groupOf = (id: Document): MongoGroup => {
    const key = keyOf(id, resolved);
    const name = JSON.stringify(key);
    let group = groups.get(name);
    if (group === undefined) groups.set(name, (group = new MongoGroup(key)));
    return group;
  };

  let windows = 0;
  let areWeighed = false;
  for (const { _id, rate, ...counts } of await ask(stages.countStages(resolved))) {
    const group = groupOf(_id);
    group.calls.add(rate, wholeNumber(counts.calls));
    group.errors.add(rate, wholeNumber(counts.errors));
    group.events += counts.events;
    windows += counts.windows;
    areWeighed ||= rate !== 1 || counts.windows > 0;
  }
  const largest = Math.max(0, ...Array.from(groups.values(), ({ events }) => events));
  const isSmall = largest <= (options.exactPercentileCalls ?? 500_000);
  if (wanted('p50', 'p95')) {
    if (areWeighed) await rankPoints();
    else {
      const percentiles = isSmall ? stages.exactPercentileStages : stages.approximatePercentileStages;
      for (const { _id, p50, p95 } of await ask(percentiles(resolved))) {
        Object.assign(groupOf(_id), { p50: p50 ?? null, p95: p95 ?? null });
      }
    }
  }
  if (wanted('tenants')) {
    for (const { _id, tenants } of await ask(stages.tenantStages(resolved))) groupOf(_id).tenants = tenants;
  }
  for (const [field, unit] of [
    ['quantity', 'unit'],
    ['amount', 'currency'],
  ] as const) {
    if (!wanted(field)) continue;
    for (const { _id, name, rate, sum } of await ask(stages.sumStages(resolved, field, unit))) {
      const value = parseDecimal(sum);
      if (value !== undefined) {
        groupOf(_id)
          .sum(field, name ?? '')
          .add(rate, value);
      }
    }
  }
  // events that arrived between two of the aggregations may have made a group that was never counted
  const rows = [...groups.values()].filter(({ events }) => events > 0).map((group) => toRow(group, resolved));
  return { rows: orderRows(rows, resolved), percentiles: isSmall && windows === 0 ? 'exact' : 'approximate' };

  async function rankPoints(): Promise<void> {
    const points = new Map<MongoGroup, Point[]>();
    for (const { _id, rate, value, calls } of await ask(stages.pointStages(resolved, !isSmall))) {
      const group = groupOf(_id);
      const known = points.get(group) ?? [];
      points.set(group, known);
      if (calls > 0) known.push({ value, weight: calls / rate });
    }
    for (const [group, known] of points) group.rank(known);
  }
}

/** The collections of a `panoptic-{env}` database that hold events, in order of name. */
export async function eventCollections(db: Db): Promise<string[]> {
  const found = await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
  return found
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('system.'))
    .sort();
}

function keyOf(id: Document, { groupBy, timeZone }: ResolvedQuery): (string | null)[] {
  return groupBy.map((dimension, index) => {
    const value: unknown = id[`k${index}`];
    if (!(value instanceof Date)) return (value as string | null | undefined) ?? null;
    return isBucket(dimension) ? bucketNamer(dimension, timeZone)(value) : null;
  });
}

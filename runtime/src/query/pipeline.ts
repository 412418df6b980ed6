import type { ResolvedQuery } from './cost-query.ts';
import { type Dimension, FIELDS, type Field, isBucket } from './dimensions.ts';
import { unionStages } from './unions.ts';

/** A stage of an aggregation; plain data. */
export type Stage = Readonly<Record<string, unknown>>;

/** Every matching event of all collections as one stream; the first collection is the one the pipeline runs on. */
export function sourceStages(query: ResolvedQuery, [, ...others]: readonly string[]): Stage[] {
  const match = { $match: matchOf(query) };
  return [match, ...unionStages(others, [match])];
}

function matchOf({ from, to, filter }: ResolvedQuery): Record<string, unknown> {
  const match: Record<string, unknown> = {};
  if (from ?? to) match.ts = { ...(from && { $gte: from }), ...(to && { $lt: to }) };
  for (const [field, values] of Object.entries(filter)) match[FIELDS[field as Field]] = { $in: values.flatMap(stored) };
  return match;
}

/** A context may hold a number where the filter can only spell its text. */
function stored(value: string | null): (string | number | null)[] {
  const number = Number(value);
  return value !== null && String(number) === value ? [value, number] : [value];
}

/** Calls, errors and different tenants of each group. */
export function countStages(query: ResolvedQuery): Stage[] {
  return [
    {
      $group: {
        _id: groupId(query),
        calls: { $sum: 1 },
        errors: { $sum: { $cond: [{ $eq: ['$outcome', 'error'] }, 1, 0] } },
        tenants: { $addToSet: text(FIELDS.tenant) },
      },
    },
    { $set: { tenants: { $size: { $setDifference: ['$tenants', [null]] } } } },
  ];
}

/** Nearest rank over the sorted durations of each group: exact, and as large as the group. */
export function exactPercentileStages(query: ResolvedQuery): Stage[] {
  const durations = { $push: '$metadata.duration_ms' };
  return [
    { $group: { _id: groupId(query), sorted: durations } },
    { $set: { sorted: { $sortArray: { input: '$sorted', sortBy: 1 } } } },
    { $project: { p50: nearestRank(0.5), p95: nearestRank(0.95) } },
  ];
}

function nearestRank(p: number): unknown {
  const rank = { $ceil: { $multiply: [p, { $size: '$sorted' }] } };
  return { $arrayElemAt: ['$sorted', { $subtract: [rank, 1] }] };
}

/** MongoDB's t-digest, for groups too large to be held. */
export function approximatePercentileStages(query: ResolvedQuery): Stage[] {
  const percentile = (p: number) => ({
    $percentile: { input: '$metadata.duration_ms', p: [p], method: 'approximate' },
  });
  return [
    { $group: { _id: groupId(query), p50: percentile(0.5), p95: percentile(0.95) } },
    { $set: { p50: { $first: '$p50' }, p95: { $first: '$p95' } } },
  ];
}

/** Exact decimal sum of a field, by group and by the unit it is counted in. */
export function sumStages(query: ResolvedQuery, field: 'quantity' | 'amount', unit: 'unit' | 'currency'): Stage[] {
  const sum = { $sum: { $convert: { input: `$${field}`, to: 'decimal', onError: 0, onNull: 0 } } };
  return [
    { $match: { [field]: { $type: 'number' } } },
    { $group: { _id: { key: groupId(query), name: text(unit) }, sum } },
    { $project: { _id: '$_id.key', name: '$_id.name', sum: { $toString: '$sum' } } },
  ];
}

/** Named by position: a dimension may be asked for twice, and field names carry no meaning here. */
function groupId({ groupBy, timeZone }: ResolvedQuery): unknown {
  return Object.fromEntries(groupBy.map((dimension, index) => [`k${index}`, keyOf(dimension, timeZone)]));
}

function keyOf(dimension: Dimension, timezone: string): unknown {
  return isBucket(dimension) ? { $dateTrunc: { date: '$ts', unit: dimension, timezone } } : text(FIELDS[dimension]);
}

function text(path: string): unknown {
  return { $convert: { input: `$${path}`, to: 'string', onError: null, onNull: null } };
}

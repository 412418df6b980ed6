import type { ResolvedQuery } from './cost-query.ts';
import { type Dimension, FIELDS, type Field, isBucket } from './dimensions.ts';
import { rankShare } from './percentile.ts';
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

const isNumber = (path: string): unknown => ({ $in: [{ $type: path }, ['double', 'int', 'long']] });

/** As `rateOf`. */
const RATE = {
  $cond: [
    { $and: [isNumber('$sample_rate'), { $gt: ['$sample_rate', 0] }, { $lt: ['$sample_rate', 1] }] },
    { $toDouble: '$sample_rate' },
    1,
  ],
};

/** As `callsOf`. */
const CALLS = { $cond: [{ $and: [isNumber('$window.count'), { $gte: ['$window.count', 1] }] }, '$window.count', 1] };

/** Calls and errors of each group by the share they were drawn with, the number of events, and of windows among them. */
export function countStages(query: ResolvedQuery): Stage[] {
  return [
    {
      $group: {
        _id: { key: groupId(query), rate: RATE },
        calls: { $sum: CALLS },
        errors: { $sum: { $cond: [{ $eq: ['$outcome', 'error'] }, CALLS, 0] } },
        events: { $sum: 1 },
        windows: { $sum: { $cond: [{ $gt: [CALLS, 1] }, 1, 0] } },
      },
    },
    { $set: { _id: '$_id.key', rate: '$_id.rate' } },
  ];
}

/** Different tenants of each group. */
export function tenantStages(query: ResolvedQuery): Stage[] {
  return [
    { $group: { _id: groupId(query), tenants: { $addToSet: text(FIELDS.tenant) } } },
    { $set: { tenants: { $size: { $setDifference: ['$tenants', [null]] } } } },
  ];
}

/** Nearest rank over the sorted durations of each group: exact, and as large as the group. */
export function exactPercentileStages(query: ResolvedQuery): Stage[] {
  const durations = { $push: '$metadata.duration_ms' };
  return [
    { $group: { _id: groupId(query), sorted: durations } },
    { $set: { sorted: { $sortArray: { input: '$sorted', sortBy: 1 } } } },
    { $project: { p50: rank(0.5), p95: rank(0.95) } },
  ];
}

function rank(p: number): unknown {
  const position = { $ceil: { $multiply: [rankShare(p), { $size: '$sorted' }] } };
  return { $arrayElemAt: ['$sorted', { $subtract: [position, 1] }] };
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

/** Ratio of neighbouring groups of durations where there are too many to tell them apart: 1 % to either side. */
const GAMMA = 1.01 / 0.99;

/**
 * Durations of each group with the number of calls that took so long, by share: where calls stand for others, or are folded
 * into windows, which no accumulator of MongoDB can weigh. The ranks are worked out by who asked.
 * @param coarse similar durations as one, so that no group gives more than some hundreds
 */
export function pointStages(query: ResolvedQuery, coarse: boolean): Stage[] {
  const isSketch = { $eq: [{ $type: '$window.sketch' }, 'string'] };
  const single = [{ value: '$metadata.duration_ms', calls: CALLS }];
  return [
    { $project: { key: groupId(query), rate: RATE, points: { $cond: [isSketch, sketchPoints(), single] } } },
    { $unwind: '$points' },
    { $match: { 'points.value': { $type: 'number' } } },
    {
      $group: {
        _id: { key: '$key', rate: '$rate', value: coarse ? middleOfBin('$points.value') : '$points.value' },
        calls: { $sum: '$points.calls' },
      },
    },
    { $project: { _id: '$_id.key', rate: '$_id.rate', value: '$_id.value', calls: 1 } },
  ];
}

/** As the function of that name. */
function sketchPoints(): unknown {
  const part = (index: number) => ({
    $convert: {
      input: { $arrayElemAt: [{ $split: ['$$bin', ':'] }, index] },
      to: 'double',
      onError: null,
      onNull: null,
    },
  });
  return {
    $map: { input: { $split: ['$window.sketch', ' '] }, as: 'bin', in: { value: part(0), calls: part(1) } },
  };
}

function middleOfBin(value: string): unknown {
  const index = { $ceil: { $divide: [{ $ln: value }, Math.log(GAMMA)] } };
  const middle = { $multiply: [{ $exp: { $multiply: [index, Math.log(GAMMA)] } }, 2 / (1 + GAMMA)] };
  return { $cond: [{ $gt: [value, 0] }, middle, value] };
}

/** Exact decimal sum of a field, by group, by the unit it is counted in, and by the share its calls were drawn with. */
export function sumStages(query: ResolvedQuery, field: 'quantity' | 'amount', unit: 'unit' | 'currency'): Stage[] {
  const sum = { $sum: { $convert: { input: `$${field}`, to: 'decimal', onError: 0, onNull: 0 } } };
  return [
    { $match: { [field]: { $type: 'number' } } },
    { $group: { _id: { key: groupId(query), name: text(unit), rate: RATE }, sum } },
    { $project: { _id: '$_id.key', name: '$_id.name', rate: '$_id.rate', sum: { $toString: '$sum' } } },
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

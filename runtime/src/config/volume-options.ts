import type { AggregateConfig } from '../volume/aggregate.types.ts';
import type { DedupeConfig } from '../volume/dedupe.types.ts';
import { LIMIT_SCOPES, type RateLimitConfig } from '../volume/rate-limit.types.ts';
import type { SamplingConfig } from '../volume/sampling.types.ts';
import { readGroup } from './group.ts';
import type { Reader } from './reader.ts';
import { readRules } from './rules.ts';
import { flag, integer, number, oneOf, type Parse, Refused } from './values.ts';

const HOUR_MS = 60 * 60_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
const MAX_PER_SECOND = 1e9;

/** Undefined where everything is recorded. */
export function readSampling(reader: Reader): SamplingConfig | undefined {
  const group = readGroup(reader, 'sampling', 'PANOPTIC_SAMPLING', ['rate', 'rules', 'keepErrors', 'keepPriced']);
  if (group === undefined) return undefined;
  const share = number(0, 1);
  return {
    rate: group.value('rate', share) ?? 1,
    rules: readRules(group, 'rate', share),
    keepErrors: group.value('keepErrors', flag) ?? true,
    keepPriced: group.value('keepPriced', flag) ?? true,
  };
}

export function readRateLimit(reader: Reader): RateLimitConfig | undefined {
  const group = readGroup(reader, 'rateLimit', 'PANOPTIC_RATE_LIMIT', ['eventsPerSecond', 'burst', 'per']);
  if (group === undefined) return undefined;
  const eventsPerSecond = group.required('eventsPerSecond', number(0.001, MAX_PER_SECOND)) ?? MAX_PER_SECOND;
  return {
    eventsPerSecond,
    burst: group.value('burst', number(1, MAX_PER_SECOND)) ?? Math.max(1, eventsPerSecond),
    per: group.value('per', oneOf(LIMIT_SCOPES)) ?? 'process',
  };
}

/** Undefined where every call is recorded. */
export function readDedupe(reader: Reader): DedupeConfig | undefined {
  const group = readGroup(reader, 'dedupe', 'PANOPTIC_DEDUPE', ['ttl', 'rules', 'context', 'maxEntries']);
  if (group === undefined) return undefined;
  const ttl = number(0, WEEK_MS);
  return {
    ttl: group.required('ttl', ttl) ?? 0,
    rules: readRules(group, 'ttl', ttl),
    context: group.value('context', names),
    maxEntries: group.value('maxEntries', integer(1, 1_000_000)) ?? 10_000,
  };
}

/** Undefined where every call is recorded on its own. */
export function readAggregate(reader: Reader): AggregateConfig | undefined {
  const members = ['windowMs', 'rules', 'context', 'maxWindows'] as const;
  const group = readGroup(reader, 'aggregate', 'PANOPTIC_AGGREGATE', members);
  if (group === undefined) return undefined;
  const windowMs = integer(0, HOUR_MS);
  return {
    windowMs: group.required('windowMs', windowMs) ?? 0,
    rules: readRules(group, 'windowMs', windowMs),
    context: group.value('context', names),
    maxWindows: group.value('maxWindows', integer(1, 100_000)) ?? 1000,
  };
}

const names: Parse<readonly string[]> = (raw) =>
  Array.isArray(raw) && raw.every((name) => typeof name === 'string' && name !== '')
    ? [...raw]
    : new Refused('a list of names of fields');

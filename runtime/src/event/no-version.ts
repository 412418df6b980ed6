import { PROVIDERS } from '../providers/data.ts';
import type { BsonTypes, StoredFields } from './migrate.ts';
import { isRecord } from './plain.ts';

/**
 * Documents that were not written by us, such as imports by hand: fields that follow from others, or that have a default for
 * annotated calls, too, are filled in. What happened, where and with whom (`_id`, `ts`, `projectId`, `env`, `provider`) is
 * never invented.
 */
export function fromNoVersion(document: StoredFields, types: BsonTypes): StoredFields {
  const { v: _, _id, ts, provider, category, amount, currency, metadata, error, ...rest } = document;
  const known = PROVIDERS.find(({ name, aliases }) => [name, ...aliases].some((spelling) => same(spelling, provider)));
  const facts = isRecord(metadata) ? metadata : {};
  const functionName = facts.function_name ?? rest.resource ?? 'anonymous';
  return withoutUndefined({
    v: 1,
    _id,
    ts: toDate(ts),
    username: 'default',
    category: category ?? known?.category ?? 'USER_DEFINED',
    provider: known?.name ?? provider,
    resource: functionName,
    quantity: 1,
    unit: 'execution',
    ...(amount === undefined ? {} : { amount: toAmount(amount, types), currency: currency ?? 'USD' }),
    ...(amount === undefined && currency !== undefined ? { currency } : {}),
    outcome: error === undefined ? 'ok' : 'error',
    ...(error === undefined ? {} : { error }),
    ...rest,
    metadata: { duration_ms: 0, ...facts, function_name: functionName },
  });
}

/** A field that is not there is missing, and not of the wrong type. */
const withoutUndefined = (fields: StoredFields): StoredFields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const same = (spelling: string, provider: unknown): boolean =>
  typeof provider === 'string' && spelling.toLowerCase() === provider.trim().toLowerCase();

/** A text that is a date, or ms since 1970; anything else stays and is named. */
function toDate(ts: unknown): unknown {
  if (typeof ts !== 'string' && typeof ts !== 'number') return ts;
  const date = new Date(ts);
  return Number.isFinite(date.getTime()) ? date : ts;
}

/** The exact decimal that a number prints as. */
function toAmount(amount: unknown, { Decimal128 }: BsonTypes): unknown {
  return typeof amount === 'number' || typeof amount === 'string' ? Decimal128.fromString(String(amount)) : amount;
}

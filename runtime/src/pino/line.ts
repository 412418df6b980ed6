import { isRecord } from '../event/plain.ts';
import { withoutKnownSecrets } from '../event/secrets.ts';
import type { ErrorFacts } from '../instrument/batch.ts';
import { cutError, cutText, MAX_MESSAGE, readError } from '../instrument/errors.ts';
import type { CallValues } from '../instrument/site.types.ts';
import type { BillingLevel } from './levels.ts';

/** What a line says, in the terms of a recorded call; nothing is checked but what an event cannot be without. */
export interface BillingLine {
  readonly level: BillingLevel;
  /** As the line spells it. */
  readonly provider: string;
  readonly functionName: string | undefined;
  /** ms since 1970; undefined where the line has no time, or one that nobody can read. */
  readonly time: number | undefined;
  readonly durationMs: number;
  readonly values: CallValues;
  readonly error: ErrorFacts | undefined;
  /** The rest of the line, bindings of child loggers among it. */
  readonly context: Readonly<Record<string, unknown>>;
}

/** What a line says of its event; all else is metadata. */
const TAKEN: ReadonlySet<string> = new Set([
  ...['level', 'time', 'pid', 'hostname', 'v', 'msg', 'err', 'provider', 'function_name', 'duration_ms'],
  ...['service', 'resource', 'category', 'model', 'usage', 'quantity', 'unit', 'amount', 'currency'],
  ...['tags', 'user', 'requestId', 'metadata', 'attributes'],
]);

/** Turns the object of a line at a billing level into a `BillingLine`; a text that says what is wrong where that cannot be. */
export function readLine(line: Readonly<Record<string, unknown>>, level: BillingLevel): BillingLine | string {
  const { time, msg, err, provider, function_name, duration_ms, metadata, attributes } = line;
  if (typeof provider !== 'string' || provider.trim() === '') return 'it has no provider';
  const context = othersOf(line);
  if (typeof msg === 'string' && !repeats(msg, err)) context.message = withoutKnownSecrets(cutText(msg, MAX_MESSAGE));
  const { service, resource, category, model, usage, quantity, unit, amount, currency, tags, user, requestId } = line;
  return {
    level,
    provider: provider.trim(),
    functionName: typeof function_name === 'string' && function_name !== '' ? function_name : undefined,
    time: toTime(time),
    durationMs: typeof duration_ms === 'number' && duration_ms >= 0 && Number.isFinite(duration_ms) ? duration_ms : 0,
    values: {
      ...{ service, resource, category, model, usage, quantity, unit, amount, currency, tags, user, requestId },
      attributes: { ...asRecord('metadata', metadata), ...asRecord('attributes', attributes), level },
    },
    error: err === undefined || err === null ? undefined : toError(err),
    context,
  };
}

/**
 * pino takes the message of an error, without those of its causes, where a line has none. It stands in the event's `error`, and
 * there alone, where what errors must not tell is taken out.
 */
function repeats(msg: string, err: unknown): boolean {
  try {
    const { message } = (err ?? {}) as { message?: unknown };
    return typeof message === 'string' && (message === msg || message.startsWith(`${msg}: `));
  } catch {
    return false;
  }
}

function othersOf(line: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const others: Record<string, unknown> = {};
  for (const name of Object.keys(line)) {
    const value = line[name];
    if (value === undefined || TAKEN.has(name)) continue;
    if (name !== '__proto__') others[name] = value;
    // an own property, which is named as one that is left out
    else Object.defineProperty(others, name, { value, enumerable: true });
  }
  return others;
}

/** Below this a time is in seconds: 1973 in milliseconds, the year 5138 in seconds. */
const SECONDS_BELOW = 1e11;
const MAX_TIME = 8.64e15;

/** pino writes milliseconds, seconds or an ISO date, as it is told. */
function toTime(time: unknown): number | undefined {
  const read = typeof time === 'string' ? Date.parse(time) : time;
  if (typeof read !== 'number' || !(read > 0)) return undefined;
  const ms = read < SECONDS_BELOW ? read * 1000 : read;
  return ms <= MAX_TIME ? ms : undefined;
}

/** What is no object of fields becomes one field. */
const asRecord = (name: string, value: unknown): Record<string, unknown> | undefined =>
  value === undefined || isRecord(value) ? value : { [name]: value };

/** An error, what pino's serializer makes of one, or whatever else was logged in its place. */
function toError(err: unknown): ErrorFacts {
  if (!isRecord(err)) return readError(err);
  const { type, message, stack, code }: Record<string, unknown> = err;
  return cutError({
    type: typeof type === 'string' && type !== '' ? type : 'Error',
    message: String(message ?? ''),
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
    ...(typeof stack === 'string' ? { stack } : {}),
  });
}

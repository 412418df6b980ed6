import { leftOut } from '../event/invalid.ts';
import type { CallValues } from '../instrument/site.types.ts';
import type { BillingLevel } from '../pino/levels.ts';

type Fields = Record<string, unknown>;

/** Where a logger puts what it is given. */
export interface LineKeys {
  readonly message: string;
  readonly error: string;
  /** All that was logged stands in this field, but for bindings. */
  readonly nested: string | undefined;
}

const VALUES: Readonly<Record<Exclude<keyof CallValues, 'attributes'>, true>> = {
  model: true,
  usage: true,
  quantity: true,
  unit: true,
  amount: true,
  currency: true,
  service: true,
  resource: true,
  category: true,
  tags: true,
  user: true,
  requestId: true,
};

/**
 * What a line says, under the names that pino gives by default. It is read from the text, since bindings, serializers and
 * redaction show only there; `logged` is the object the text was made of.
 */
export function lineFields(text: string, logged: object, level: BillingLevel, keys: LineKeys): Fields {
  const written = parse(text);
  // a hook of the application has made something else of the line: what an event is made of is there all the same
  if (written === undefined) return valuesOf(logged as Fields);
  const { [keys.nested ?? '']: nested, ...rest } = written;
  const fields: Fields = keys.nested === undefined ? written : { ...rest, ...(isObject(nested) ? nested : undefined) };
  rename(fields, keys.message, 'msg');
  rename(fields, keys.error, 'err');
  restore(fields, logged as Fields);
  restoreName(fields.err, (logged as Fields)[keys.error]);
  for (const key of Object.keys(valuesOf(logged as Fields))) {
    if (!(key in fields)) leftOut(level, key, 'something that a line can hold');
  }
  // the line's own time is the one it is recorded at, and only the application may know better
  if (!('time' in logged)) delete fields.time;
  return fields;
}

/** JSON knows neither NaN nor large integers: what is written in their place would be taken for nothing, or for another number. */
function restore(written: Fields, logged: Fields): void {
  for (const [key, value] of Object.entries(written)) {
    if (typeof value === 'string') continue;
    const raw = logged[key];
    if ((value === null && typeof raw === 'number') || (typeof value === 'number' && typeof raw === 'bigint')) {
      written[key] = raw;
    } else if (isObject(value) && isObject(raw)) restore(value, raw);
  }
}

/** pino writes the class of an error, and only its name says that it was an abort. */
function restoreName(written: unknown, error: unknown): void {
  if (!isObject(written) || !(error instanceof Error)) return;
  if (error.name !== 'Error' && written.type === error.constructor.name) written.type = error.name;
}

const valuesOf = (logged: Fields): Fields =>
  Object.fromEntries(
    Object.keys(VALUES)
      .map((key) => [key, logged[key]])
      .filter(([, value]) => value !== undefined && value !== null),
  );

function rename(fields: Fields, from: string, to: string): void {
  if (from === to) return;
  fields[to] = fields[from];
  delete fields[from];
}

function parse(text: string): Fields | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

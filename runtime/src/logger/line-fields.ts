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

/** The names of `VALUES`; a loop over them is a fifth of what entries of an object cost, and every line takes it. */
const NAMES = Object.keys(VALUES);

/**
 * What a line says, under the names that pino gives by default. It is read from the text, since bindings, serializers and
 * redaction show only there; `logged` is the object the text was made of. The caller's to change.
 */
export function lineFields(text: string, logged: object, level: BillingLevel, keys: LineKeys): Fields {
  const raw = logged as Fields;
  const written = parse(text);
  // a hook of the application has made something else of the line: what an event is made of is there all the same
  if (written === undefined) return Object.fromEntries(NAMES.map((name) => [name, raw[name]]));
  const fields = keys.nested === undefined ? written : unnest(written, keys.nested);
  rename(fields, keys.message, 'msg');
  rename(fields, keys.error, 'err');
  restore(fields, raw);
  restoreName(fields.err, raw[keys.error]);
  for (const name of NAMES) {
    const value = raw[name];
    if (value === undefined || value === null || name in fields) continue;
    leftOut(level, name, 'something that a line can hold');
  }
  // the line's own time is the one it is recorded at, and only the application may know better
  if (raw.time === undefined) fields.time = undefined;
  return fields;
}

/** JSON knows neither NaN nor large integers: what is written in their place would be taken for nothing, or for another number. */
function restore(written: Fields, logged: Fields): void {
  for (const name in written) {
    const value = written[name];
    if (typeof value === 'string') continue;
    const raw = logged[name];
    if ((value === null && typeof raw === 'number') || (typeof value === 'number' && typeof raw === 'bigint')) {
      written[name] = raw;
    } else if (isObject(value) && isObject(raw)) restore(value, raw);
  }
}

/** pino writes the class of an error, and only its name says that it was an abort. */
function restoreName(written: unknown, error: unknown): void {
  if (!isObject(written) || !(error instanceof Error)) return;
  if (error.name !== 'Error' && written.type === error.constructor.name) written.type = error.name;
}

function unnest(written: Fields, name: string): Fields {
  const { [name]: nested, ...rest } = written;
  return isObject(nested) ? { ...rest, ...nested } : rest;
}

function rename(fields: Fields, from: string, to: string): void {
  if (from === to) return;
  fields[to] = fields[from];
  fields[from] = undefined;
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

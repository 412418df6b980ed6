import type { EventExporter } from '../export/exporter.ts';
import { mongodbUriProblem } from './mongodb-uri.ts';
import type { MongodbIndex } from './options.ts';

/** A value that was refused; `expected` completes the sentence "must be …". */
export class Refused {
  readonly expected: string;

  constructor(expected: string) {
    this.expected = expected;
  }
}

/**
 * Turns a raw option or variable into its value, or says what would have been accepted.
 * @param isVariable `raw` is the text of a variable, and may spell a number or a flag: `'false'` in code is a mistake
 */
export type Parse<T> = (raw: unknown, isVariable?: boolean) => T | Refused;

const MAX_TEXT = 512;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const CONTROL = /[\u0000-\u001f\u007f]/;

export const text: Parse<string> = (raw) =>
  typeof raw === 'string' && raw.trim() !== '' && raw.length <= MAX_TEXT && !CONTROL.test(raw)
    ? raw
    : new Refused(`a text of 1 to ${MAX_TEXT} characters on one line`);

export const flag: Parse<boolean> = (raw, isVariable) => {
  if (typeof raw === 'boolean') return raw;
  if (!isVariable) return new Refused('true or false');
  if (raw === '1' || raw === 'true') return true;
  if (raw === '0' || raw === 'false') return false;
  return new Refused('true or false, or 1 or 0');
};

export const integer =
  (min: number, max: number): Parse<number> =>
  (raw, isVariable) => {
    const value = isVariable && /^\d+$/.test(String(raw).trim()) ? Number(raw) : raw;
    return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? value
      : new Refused(`a whole number from ${min} to ${max}`);
  };

export const number =
  (min: number, max: number): Parse<number> =>
  (raw, isVariable) => {
    const value = isVariable && String(raw).trim() !== '' ? Number(raw) : raw;
    return typeof value === 'number' && value >= min && value <= max
      ? value
      : new Refused(`a number from ${min} to ${max}`);
  };

export const oneOf =
  <T extends string>(names: readonly T[]): Parse<T> =>
  (raw) =>
    names.find((name) => name === raw) ?? new Refused(`one of ${names.join(', ')}`);

export const mongodbUri: Parse<string> = (raw) => {
  const problem = mongodbUriProblem(String(raw));
  return typeof raw === 'string' && problem === undefined ? raw : new Refused(problem ?? 'a connection string');
};

export const httpUrl: Parse<string> = (raw) =>
  typeof raw === 'string' && /^https?:$/.test(protocolOf(raw))
    ? raw
    : new Refused('a URL that starts with http:// or https://');

function protocolOf(raw: string): string {
  try {
    return new URL(raw).protocol;
  } catch {
    return '';
  }
}

// what Fetch accepts as a header: a token, and a value on one line
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/** Headers of a request; a copy. */
export const headers: Parse<Readonly<Record<string, string>>> = (raw) =>
  isObject(raw) &&
  Object.entries(raw).every(
    ([name, value]) => HEADER_NAME.test(name) && typeof value === 'string' && !CONTROL.test(value),
  )
    ? { ...(raw as Record<string, string>) }
    : new Refused('an object of header names and values, each on one line');

/** With members of its own: a list, a `Map` or `Headers` would be an object in which nothing is set. */
export const isObject = (raw: unknown): raw is Record<string, unknown> =>
  typeof raw === 'object' && raw !== null && !(Symbol.iterator in raw);

export const object =
  (expected: string): Parse<Record<string, unknown>> =>
  (raw) =>
    isObject(raw) ? raw : new Refused(expected);

export const callback: Parse<(...args: never[]) => unknown> = (raw) =>
  typeof raw === 'function' ? (raw as (...args: never[]) => unknown) : new Refused('a function');

/** Descriptions of indexes; a copy, so that nobody changes them later. */
export const indexes: Parse<readonly MongodbIndex[]> = (raw) =>
  Array.isArray(raw) && raw.every(isIndex)
    ? structuredClone(raw)
    : new Refused('a list of { key: { field: 1 or -1 } }');

function isIndex(raw: unknown): raw is MongodbIndex {
  if (!isObject(raw)) return false;
  const { key, name, ...rest } = raw;
  const directions = isObject(key) ? Object.values(key) : [];
  return (
    directions.length > 0 &&
    directions.every((direction) => direction === 1 || direction === -1) &&
    (name === undefined || typeof name === 'string') &&
    Object.keys(rest).length === 0
  );
}

/** A copy of the list. */
export const exporters: Parse<readonly EventExporter[]> = (raw) =>
  Array.isArray(raw) && raw.every(isExporter)
    ? [...raw]
    : new Refused('a list of { name, export(events), flush?() }, such as openTelemetryExporter()');

const isExporter = (raw: unknown): raw is EventExporter =>
  isObject(raw) &&
  typeof raw.name === 'string' &&
  typeof raw.export === 'function' &&
  (raw.flush === undefined || typeof raw.flush === 'function');

const MAX_PATTERNS = 100;

/** Texts and patterns to be replaced; the latter as copies that replace everything they fit. */
export const patterns: Parse<readonly (string | RegExp)[]> = (raw) =>
  Array.isArray(raw) && raw.length <= MAX_PATTERNS && raw.every(isPattern)
    ? raw.map((one: string | RegExp) => (typeof one === 'string' ? one : new RegExp(one.source, globalFlags(one))))
    : new Refused(`a list of at most ${MAX_PATTERNS} texts and RegExps, none of which fits an empty text`);

const isPattern = (raw: unknown): boolean =>
  raw instanceof RegExp ? !new RegExp(raw.source, globalFlags(raw)).test('') : typeof raw === 'string' && raw !== '';

const globalFlags = ({ flags }: RegExp): string => `${flags.replace(/[gy]/g, '')}g`;

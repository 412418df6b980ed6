/** A value that JSON and BSON hold alike. */
export type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };

export type PlainObject = { [key: string]: Plain };

/** MongoDB refuses documents nested deeper than 100; the event itself takes a few levels. */
export const MAX_DEPTH = 32;

/** Keys that would change a prototype, or that a BSON serializer takes for one of its own types. */
const REFUSED_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype', '_bsontype', 'toBSON']);

export const isRefusedKey = (key: string): boolean => REFUSED_KEYS.has(key) || key.includes('\0');

/**
 * The value as plain data, so that the JSON and the BSON form of an event cannot differ: dates become ISO strings,
 * big integers numbers, or strings beyond 2^53. Undefined where nothing plain is left.
 * @param refused called with the path of every part that was left out
 */
export function toPlain(
  value: unknown,
  refused: (path: string) => void,
  path: string = '',
  depth = 0,
): Plain | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      // JSON text has no -0
      if (Number.isFinite(value)) return value + 0;
      break;
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
    case 'undefined':
      return undefined;
    case 'object':
      if (value === null) return null;
      if (value instanceof Date && Number.isFinite(value.getTime())) return value.toISOString();
      if (depth >= MAX_DEPTH) break;
      if (Array.isArray(value)) {
        return value.map((member, index) => toPlain(member, refused, `${path}[${index}]`, depth + 1) ?? null);
      }
      if (isRecord(value)) return plainObject(value, refused, path, depth);
  }
  refused(path);
  return undefined;
}

function plainObject(
  value: Record<string, unknown>,
  refused: (path: string) => void,
  path: string,
  depth: number,
): PlainObject {
  const target: PlainObject = {};
  for (const key of Object.keys(value)) {
    const place = path === '' ? key : `${path}.${key}`;
    if (isRefusedKey(key)) {
      refused(place);
      continue;
    }
    const member = toPlain(value[key], refused, place, depth + 1);
    if (member !== undefined) target[key] = member;
  }
  return target;
}

/** Merges `layer` into `target`, deep: objects are merged key by key, anything else of the later layer wins. */
export function mergeDeep(target: PlainObject, layer: PlainObject): void {
  for (const [key, value] of Object.entries(layer)) {
    const before = target[key];
    if (isRecord(before) && isRecord(value)) mergeDeep(before, value);
    else target[key] = value;
  }
}

/** A plain object: neither null, nor an array, nor an instance of a class. */
export function isRecord(value: unknown): value is Record<string, Plain> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

import { leftOut } from '../event/invalid.ts';
import type { CallValues } from './site.types.ts';
import { runtimeState } from './state.ts';

/** Limits of one copied value: deep enough for a provider's usage object, small enough never to hold a prompt. */
export const LIMITS = { depth: 4, keys: 64, text: 1024, nodes: 256 } as const;

/** What could change the prototype of an object further down the line. */
const REFUSED = ['__proto__', 'constructor', 'prototype'];

/** Values that can be more, or less, than plain data. */
const COPIED: ReadonlySet<string> = /* @__PURE__ */ new Set(['object', 'string', 'function', 'symbol']);

type Reader = (...roots: unknown[]) => CallValues;

/**
 * Calls a reader of the annotation and copies what it gives; undefined where it throws.
 * @param of the function whose call it is, for what is said of values that are left out
 */
export function readValues(of: string, reader: Reader, roots: readonly unknown[]): CallValues | undefined {
  const { counters, extensions } = runtimeState();
  const reading = (extensions.reading ??= []) as Reader[];
  // What is read can be a getter that is annotated too, and whose reader comes back here.
  if (reading.includes(reader)) return undefined;
  reading.push(reader);
  try {
    // The object is the generated code's own literal; only what its references found must be copied.
    const values = reader(...roots) as Record<string, unknown>;
    for (const key in values) {
      const value = values[key];
      if (COPIED.has(typeof value)) values[key] = plainCopy(value, of, key);
    }
    return values as CallValues;
  } catch {
    counters.internalErrors++;
    return undefined;
  } finally {
    reading.pop();
  }
}

/** A copy under way. */
interface Copying {
  /** Members that may still be copied. */
  left: number;
  /** What was left out, innermost first; undefined while it is nothing. */
  out: LeftOut[] | undefined;
}

interface LeftOut {
  /** Seen from the object at `depth`. */
  path: string;
  depth: number;
  readonly expected: string;
  readonly times: number;
}

const PLAIN = 'plain data';
const LIMITED = `within ${LIMITS.depth} levels and ${LIMITS.nodes} values`;
const MAX_KEYS = `an object of at most ${LIMITS.keys} keys; the others are kept`;

/**
 * A bounded copy in plain data: primitives and dates as they are, objects and arrays key by key, `toJSON` honoured.
 * What does not serialise or lies beyond `LIMITS` is left out, counted and said once; a text is cut, as those of errors are, of
 * which nothing is said. Never throws.
 * @param of whose value it is: a function's name
 * @param path what it becomes in the event, such as `usage`
 */
export function plainCopy(value: unknown, of: string, path: string): unknown {
  const copying: Copying = { left: LIMITS.nodes, out: undefined };
  const copied = copy(copying, value, 0);
  // most copies leave out nothing, and pay nothing for the names of what they would leave out
  for (const { path: inner, expected, times } of copying.out ?? []) leftOut(of, path + inner, expected, times);
  return copied;
}

function copy(copying: Copying, value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.length > LIMITS.text ? value.slice(0, LIMITS.text) : value;
  const kind = typeof value;
  if (value === null || (kind !== 'object' && kind !== 'function' && kind !== 'symbol')) return value;
  const beyond = depth >= LIMITS.depth || copying.left <= 0;
  try {
    if (kind === 'object' && !beyond) return copyObject(copying, value as Record<string, unknown>, depth);
  } catch {
    // a getter, a proxy or a toJSON of the user's
  }
  leaveOut(copying, depth, kind === 'object' && beyond ? LIMITED : PLAIN);
  return undefined;
}

function copyObject(copying: Copying, value: Record<string, unknown>, depth: number): unknown {
  const isPlain = Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain && value instanceof Date) return new Date(value.getTime());
  if (ArrayBuffer.isView(value)) throw new TypeError('bytes are never a measure');
  if (typeof value.toJSON === 'function') {
    const copied = copy(copying, value.toJSON(), depth + 1);
    if (copying.out !== undefined) prefix(copying.out, depth, '');
    return copied;
  }
  if (isPlain && !isPolluted()) return copyPlain(copying, value, depth);
  // of a list its places alone, the empty ones too: a match of a pattern has properties beside them
  const isList = Array.isArray(value);
  const keys = Object.keys(isList ? [...value.slice(0, LIMITS.keys)] : value);
  const list: unknown[] = [];
  const object: Record<string, unknown> = {};
  if (keys.length === 0 && !isList && !isBare(value)) throw new TypeError('a Map, an Error: nothing of it can be read');
  for (const key of keys.slice(0, LIMITS.keys)) {
    copying.left--;
    const member = copy(copying, REFUSED.includes(key) ? Symbol() : property(value, key), depth + 1);
    if (copying.out !== undefined) prefix(copying.out, depth, isList ? `[${key}]` : `.${key}`);
    // null keeps the places of the others
    if (isList) list.push(member ?? null);
    else if (member !== undefined) define(object, key, member);
  }
  const beyond = ((isList ? value : keys) as unknown[]).length - LIMITS.keys;
  if (beyond > 0) leaveOut(copying, depth, MAX_KEYS, beyond);
  return isList ? list : object;
}

/** The usual case, without a list of keys: it is in every call that has a usage. */
function copyPlain(copying: Copying, value: Record<string, unknown>, depth: number): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  let count = 0;
  for (const key in value) {
    if (++count > LIMITS.keys) continue;
    copying.left--;
    const inherited = INHERITED.has(key);
    const member = inherited && REFUSED.includes(key) ? Symbol() : property(value, key);
    const copied = typeof member === 'number' ? member : copy(copying, member, depth + 1);
    if (copying.out !== undefined) prefix(copying.out, depth, `.${key}`);
    if (copied === undefined) continue;
    if (inherited) define(object, key, copied);
    else object[key] = copied;
  }
  if (count > LIMITS.keys) leaveOut(copying, depth, MAX_KEYS, count - LIMITS.keys);
  return object;
}

function leaveOut(copying: Copying, depth: number, expected: string, times = 1): void {
  copying.out ??= [];
  copying.out.push({ path: '', depth, expected, times });
}

/** What was left out of the member just copied gets its name in front. */
function prefix(out: readonly LeftOut[], depth: number, name: string): void {
  for (const one of out) {
    if (one.depth !== depth + 1) continue;
    one.path = name + one.path;
    one.depth = depth;
  }
}

/** Has no class. */
function isBare(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

/** What no assignment can be trusted to make an own property of. */
const INHERITED: ReadonlySet<string> = /* @__PURE__ */ new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  ...REFUSED,
]);

/** Whether somebody has added to the prototype of all objects. */
function isPolluted(): boolean {
  for (const _ in NOTHING) return true;
  return false;
}

const NOTHING = {};

/** An own property, also where the prototype has one of that name, which may be read-only. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key in object)
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else object[key] = value;
}

/** A getter that throws costs its own value, not its neighbours. */
function property(value: Record<string, unknown>, key: string): unknown {
  try {
    return value[key];
  } catch {
    return Symbol();
  }
}

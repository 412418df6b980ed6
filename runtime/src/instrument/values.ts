import type { CallValues } from './site.types.ts';
import { type RuntimeState, runtimeState } from './state.ts';

/** Limits of one copied value: deep enough for a provider's usage object, small enough never to hold a prompt. */
export const LIMITS = { depth: 4, keys: 64, text: 1024, nodes: 256 } as const;

/** What could change the prototype of an object further down the line. */
const REFUSED = ['__proto__', 'constructor', 'prototype'];

type Counters = RuntimeState['counters'];

type Reader = (...roots: unknown[]) => CallValues;

/** Calls a reader of the annotation and copies what it gives; undefined where it throws. */
export function readValues(counters: Counters, reader: Reader, roots: readonly unknown[]): CallValues | undefined {
  const reading = (runtimeState().extensions.reading ??= []) as Reader[];
  // What is read can be a getter that is annotated too, and whose reader comes back here.
  if (reading.includes(reader)) return undefined;
  reading.push(reader);
  try {
    // The object is the generated code's own literal; only what its references found must be copied.
    const values = reader(...roots) as Record<string, unknown>;
    for (const key in values) {
      const value = values[key];
      if (typeof value === 'object' || typeof value === 'string') values[key] = plainCopy(counters, value);
    }
    return values as CallValues;
  } catch {
    counters.internalErrors++;
    return undefined;
  } finally {
    reading.pop();
  }
}

/**
 * A bounded copy in plain data: primitives and dates as they are, objects and arrays key by key, `toJSON` honoured.
 * What does not serialise or lies beyond `LIMITS` is left out and counted. Never throws.
 */
export function plainCopy(counters: Counters, value: unknown): unknown {
  return copy(counters, value, 0, { left: LIMITS.nodes });
}

function copy(counters: Counters, value: unknown, depth: number, nodes: { left: number }): unknown {
  if (typeof value === 'string') return value.length > LIMITS.text ? value.slice(0, LIMITS.text) : value;
  const kind = typeof value;
  if (value === null || (kind !== 'object' && kind !== 'function' && kind !== 'symbol')) return value;
  try {
    if (kind === 'object' && depth < LIMITS.depth && nodes.left > 0) {
      return copyObject(counters, value as Record<string, unknown>, depth, nodes);
    }
  } catch {
    // a getter, a proxy or a toJSON of the user's
  }
  counters.skippedValues++;
  return undefined;
}

function copyObject(
  counters: Counters,
  value: Record<string, unknown>,
  depth: number,
  nodes: { left: number },
): unknown {
  if (value instanceof Date) return new Date(value.getTime());
  if (ArrayBuffer.isView(value)) throw new TypeError('bytes are never a measure');
  if (typeof value.toJSON === 'function') return copy(counters, value.toJSON(), depth + 1, nodes);
  if (Object.getPrototypeOf(value) === Object.prototype && !isPolluted())
    return copyPlain(counters, value, depth, nodes);
  const keys = Object.keys(value);
  counters.skippedValues += Math.max(0, keys.length - LIMITS.keys);
  const list: unknown[] = [];
  const object: Record<string, unknown> = {};
  const isList = Array.isArray(value);
  for (const key of keys.slice(0, LIMITS.keys)) {
    nodes.left--;
    const member = copy(counters, REFUSED.includes(key) ? Symbol() : property(value, key), depth + 1, nodes);
    // null keeps the places of the others
    if (isList) list.push(member ?? null);
    else if (member !== undefined) define(object, key, member);
  }
  return isList ? list : object;
}

/** The usual case, without a list of keys: it is in every call that has a usage. */
function copyPlain(
  counters: Counters,
  value: Record<string, unknown>,
  depth: number,
  nodes: { left: number },
): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  let count = 0;
  for (const key in value) {
    if (++count > LIMITS.keys) {
      counters.skippedValues++;
      continue;
    }
    nodes.left--;
    const inherited = INHERITED.has(key);
    const member = inherited && REFUSED.includes(key) ? Symbol() : property(value, key);
    const copied = typeof member === 'number' ? member : copy(counters, member, depth + 1, nodes);
    if (copied === undefined) continue;
    if (inherited) define(object, key, copied);
    else object[key] = copied;
  }
  return object;
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

import { leftOut } from '../event/invalid.ts';
import type { ContextSnapshot } from '../instrument/state.ts';
import { plainCopy } from '../instrument/values.ts';

type Data = Record<string, unknown>;

/**
 * A snapshot of `outer` with a copy of `metadata` merged over it. Nobody but us has what is in it until it is given out,
 * frozen, so it is not frozen before that.
 * @param own texts of ours between the two
 * @param of whose metadata it is, for what is said of values that are left out
 */
export function snapshotOf(
  outer: ContextSnapshot | undefined,
  metadata: unknown,
  own?: Readonly<Record<string, string>>,
  of: string = 'execution metadata',
): ContextSnapshot {
  const copied = metadata === undefined || metadata === null ? {} : plainCopy(metadata, of, 'context');
  // what has nothing plain has been named already
  if (copied !== undefined && !isPlain(copied)) leftOut(of, 'context', 'an object');
  const data = isPlain(copied) ? copied : {};
  for (const name in own) if (data[name] === undefined) data[name] = own[name];
  return { data: outer === undefined ? data : merge(outer.data, data), serial: 0, index: 0 };
}

/** Deep merge of plain data, later wins; arrays are values and replace each other. */
function merge(earlier: Readonly<Data>, later: Readonly<Data>): Data {
  const merged: Data = { ...earlier };
  for (const [key, value] of Object.entries(later)) {
    const before = merged[key];
    merged[key] = isPlain(before) && isPlain(value) ? merge(before, value) : value;
  }
  return merged;
}

function isPlain(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/**
 * What is given out is immutable at any depth. Dates cannot be frozen: where there are some, a copy of them and of what holds them
 * is given out, and only then.
 */
export function givenOut<T extends object>(value: T): T {
  // and so has no dates
  if (Object.isFrozen(value)) return value;
  if (value instanceof Date) return new Date(value) as T & Date;
  let copied: T | undefined;
  for (const [key, member] of Object.entries(value)) {
    if (typeof member !== 'object' || member === null) continue;
    const given = givenOut(member);
    if (given === member) continue;
    copied ??= (Array.isArray(value) ? [...value] : { ...value }) as T;
    Object.assign(copied, { [key]: given });
  }
  return Object.freeze(copied ?? value);
}

import { leftOut } from '../event/invalid.ts';
import type { ContextSnapshot } from '../instrument/state.ts';
import { plainCopy } from '../instrument/values.ts';

type Data = Record<string, unknown>;

/**
 * An immutable snapshot of `outer` with a copy of `metadata` merged over it.
 * @param own texts of ours between the two, in an object that nobody else has
 * @param of whose metadata it is, for what is said of values that are left out
 */
export function snapshotOf(
  outer: ContextSnapshot | undefined,
  metadata: unknown,
  own?: Data,
  of: string = 'execution metadata',
): ContextSnapshot {
  const copied = metadata === undefined || metadata === null ? {} : plainCopy(metadata, of, 'context');
  // what has nothing plain has been named already
  if (copied !== undefined && !isPlain(copied)) leftOut(of, 'context', 'an object');
  const added = over(own, isPlain(copied) ? copied : {});
  return { data: freezeDeep(over(outer?.data, added)), serial: 0, index: 0 };
}

const over = (earlier: Readonly<Data> | undefined, later: Data): Data =>
  earlier === undefined ? later : merge(earlier, later);

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

function freezeDeep<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null && !Object.isFrozen(member)) freezeDeep(member);
  }
  return Object.freeze(value);
}

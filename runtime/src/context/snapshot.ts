import { type ContextSnapshot, runtimeState } from '../instrument/state.ts';
import { plainCopy } from '../instrument/values.ts';

type Data = Record<string, unknown>;

/** An immutable snapshot of `outer` with a copy of `metadata` merged over it. */
export function snapshotOf(outer: ContextSnapshot | undefined, metadata: unknown): ContextSnapshot {
  const copied = plainCopy(runtimeState().counters, metadata);
  const added = isPlain(copied) ? copied : {};
  return { data: freezeDeep(outer === undefined ? added : merge(outer.data, added)), serial: 0, index: 0 };
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

function freezeDeep<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null && !Object.isFrozen(member)) freezeDeep(member);
  }
  return Object.freeze(value);
}

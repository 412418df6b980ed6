import { isRecord, isRefusedKey, MAX_DEPTH } from '../plain.ts';
import { type BsonWriter, TYPE } from './bson-writer.ts';

/**
 * Writes a value as `toPlain` would give it, without making that first. False where it would leave something out: nothing
 * has been said then, and what was written is the caller's to abandon.
 * @param dropNulls a null is left out, as in `usage`
 */
export function writePlain(to: BsonWriter, name: string, value: unknown, depth: number, dropNulls: boolean): boolean {
  switch (typeof value) {
    case 'string':
      to.text(name, value);
      return true;
    case 'number':
      if (!Number.isFinite(value)) return false;
      to.number(name, value + 0);
      return true;
    case 'boolean':
      to.element(TYPE.boolean, name);
      to.byte(value ? 1 : 0);
      return true;
    case 'undefined':
      return true;
    case 'bigint': {
      const number = Number(value);
      if (Number.isSafeInteger(number)) to.number(name, number);
      else to.text(name, value.toString());
      return true;
    }
    case 'object':
      return writeObject(to, name, value, depth, dropNulls);
    default:
      return false;
  }
}

/** The members of a record, in a document that is open. */
export function writeMembers(
  to: BsonWriter,
  record: Readonly<Record<string, unknown>>,
  depth: number,
  dropNulls: boolean,
): boolean {
  for (const key of Object.keys(record)) {
    if (isRefusedKey(key) || !writePlain(to, key, record[key], depth + 1, dropNulls)) return false;
  }
  return true;
}

function writeObject(to: BsonWriter, name: string, value: object | null, depth: number, dropNulls: boolean): boolean {
  if (value === null) {
    if (!dropNulls) to.element(TYPE.null, name);
    return true;
  }
  if (value instanceof Date) {
    if (!Number.isFinite(value.getTime())) return false;
    to.text(name, value.toISOString());
    return true;
  }
  if (depth >= MAX_DEPTH) return false;
  if (Array.isArray(value)) return writeArray(to, name, value, depth);
  if (!isRecord(value)) return false;
  to.element(TYPE.document, name);
  const mark = to.open();
  if (!writeMembers(to, value, depth, dropNulls)) return false;
  to.close(mark);
  return true;
}

/** Nulls stay: they keep the places of the others. */
export function writeArray(to: BsonWriter, name: string, list: readonly unknown[], depth: number): boolean {
  to.element(TYPE.array, name);
  const mark = to.open();
  for (let index = 0; index < list.length; index++) {
    if (!writePlain(to, String(index), list[index] ?? null, depth + 1, false)) return false;
  }
  to.close(mark);
  return true;
}

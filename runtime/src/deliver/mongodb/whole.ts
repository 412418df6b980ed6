/** Bytes of values whose length their type fixes, by type. */
const FIXED: Readonly<Record<number, number>> = { 1: 8, 7: 12, 8: 1, 9: 8, 10: 0, 16: 4, 17: 8, 18: 8, 19: 16 };

const TEXT = 2;
const DOCUMENT = 3;
const ARRAY = 4;
const BINARY = 5;

/** MongoDB refuses documents nested deeper. */
const MAX_DEPTH = 100;

/**
 * True when every length in a document agrees with where its values end, so that it can be sent without being decoded:
 * one that is not would make the whole message unreadable. False also for types that no event has.
 */
export function isWhole(doc: Uint8Array): boolean {
  const view = new DataView(doc.buffer, doc.byteOffset, doc.length);
  return doc.length >= 5 && endOf(doc, view, 0, doc.length, 0) === doc.length;
}

/** The end of the document that begins at `from`, -1 where it is none. */
function endOf(bytes: Uint8Array, view: DataView, from: number, limit: number, depth: number): number {
  if (from + 5 > limit || depth > MAX_DEPTH) return -1;
  const end = from + view.getInt32(from, true);
  if (end < from + 5 || end > limit || bytes[end - 1] !== 0) return -1;
  const last = end - 1;
  let at = from + 4;
  while (at < last) {
    const type = bytes[at++] ?? 0;
    while (at < last && bytes[at] !== 0) at++;
    at = endOfValue(bytes, view, type, at + 1, last, depth);
    if (at < 0) return -1;
  }
  return at === last ? end : -1;
}

function endOfValue(bytes: Uint8Array, view: DataView, type: number, at: number, limit: number, depth: number): number {
  const fixed = FIXED[type];
  if (fixed !== undefined) return at + fixed <= limit ? at + fixed : -1;
  if (type === DOCUMENT || type === ARRAY) return endOf(bytes, view, at, limit, depth + 1);
  if ((type !== TEXT && type !== BINARY) || at + 4 > limit) return -1;
  const length = view.getInt32(at, true);
  const end = at + 4 + length + (type === BINARY ? 1 : 0);
  if (length < (type === TEXT ? 1 : 0) || end > limit) return -1;
  return type === TEXT && bytes[end - 1] !== 0 ? -1 : end;
}

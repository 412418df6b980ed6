import type { SharedRange } from '../deliver/transport.ts';
import { BINARY_BYTES, frame, HEADER_BYTES } from './record.ts';

/** The two kinds of records that format 2 added; the codes are the key of the body's only field. */
export const BINARY_KIND = { dictionary: 0x62, event: 0x65 } as const;

/** A range of a document with the record that holds its bytes. */
export interface Reference extends SharedRange {
  /** `seq` of the dictionary record. */
  readonly seq: number;
}

/** What an event's record says before anything it refers to has been looked up. */
export interface CompactEvent {
  /** Bytes from the beginning of the block to the record. */
  readonly back: number;
  /** Distance in `seq` back to the dictionary record with the namespace. */
  readonly ns: number;
  /** Pairs of a gap and a distance in `seq`. */
  readonly refs: readonly number[];
  /** The bytes of the document that are not shared. */
  readonly rest: Buffer;
}

/** Bytes of a number in a record at most: seven bits each. */
const NUMBER_BYTES = 5;

/** Bytes of a dictionary record beside those it holds. */
export const DICTIONARY_BYTES: number = HEADER_BYTES + BINARY_BYTES;

/** Bytes that a compact event takes at most, beside its document. */
export const compactBytes = (references: number): number =>
  HEADER_BYTES + BINARY_BYTES + NUMBER_BYTES * (3 + 2 * references);

/** Writes a dictionary record at `offset`; returns the offset after it. */
export function encodeDictionary(target: Buffer, offset: number, seq: number, bytes: Uint8Array): number {
  const start = offset + HEADER_BYTES + BINARY_BYTES - 1;
  target.set(bytes, start);
  return close(target, offset, seq, BINARY_KIND.dictionary, start + bytes.length);
}

/** Writes an event without the ranges it refers to; `ns` is the `seq` of its namespace, `back` as in `CompactEvent`. */
export function encodeCompact(
  target: Buffer,
  offset: number,
  seq: number,
  { back, ns, references, doc }: { back: number; ns: number; references: readonly Reference[]; doc: Uint8Array },
): number {
  let at = offset + HEADER_BYTES + BINARY_BYTES - 1;
  at = writeNumber(target, at, back);
  at = writeNumber(target, at, seq - ns);
  at = writeNumber(target, at, references.length);
  let done = 0;
  for (const { from, to, seq: held } of references) {
    at = writeNumber(target, at, from - done);
    at = writeNumber(target, at, seq - held);
    done = to;
  }
  done = 0;
  for (const { from, to } of references) {
    at = copy(target, at, doc, done, from);
    done = to;
  }
  at = copy(target, at, doc, done, doc.length);
  return close(target, offset, seq, BINARY_KIND.event, at);
}

/** The kind of a body whose CRC has been checked and the bytes it holds; undefined when it is neither of the two. */
export function decodeBinary(body: Buffer): { kind: number; bytes: Buffer } | undefined {
  const kind = body[5] ?? 0;
  if (body[4] !== 0x05 || body[6] !== 0 || body.readInt32LE(7) !== body.length - BINARY_BYTES) return undefined;
  return { kind, bytes: body.subarray(BINARY_BYTES - 1, body.length - 1) };
}

/** Reads the bytes of an event's record; undefined when they are not laid out as `encodeCompact` does. */
export function decodeCompact(bytes: Buffer): CompactEvent | undefined {
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let factor = 1; at < bytes.length && factor < 2 ** 35; factor *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    return Number.NaN;
  };
  const back = next();
  const ns = next();
  const count = next();
  if (!(count * 2 <= bytes.length - at)) return undefined;
  const refs: number[] = [];
  for (let index = 0; index < count * 2; index++) refs.push(next());
  if (Number.isNaN(refs.at(-1) ?? 0)) return undefined;
  return { back, ns, refs, rest: bytes.subarray(at) };
}

/**
 * Puts the document together; undefined when something it refers to is missing or the parts do not fit.
 * @param shared gets the ranges it shares with others
 */
export function assemble(
  { refs, rest }: CompactEvent,
  bytesOf: (distance: number) => Uint8Array | undefined,
  shared?: SharedRange[],
): Buffer | undefined {
  let length = rest.length;
  const parts: Uint8Array[] = [];
  for (let index = 0; index < refs.length; index += 2) {
    const part = bytesOf(refs[index + 1] ?? 0);
    if (part === undefined) return undefined;
    parts.push(part);
    length += part.length;
  }
  const doc = Buffer.allocUnsafe(length);
  let at = 0;
  let taken = 0;
  for (const [index, part] of parts.entries()) {
    const gap = refs[2 * index] ?? 0;
    if (taken + gap > rest.length) return undefined;
    at = copy(doc, at, rest, taken, taken + gap);
    taken += gap;
    shared?.push({ from: at, to: at + part.length, bytes: part });
    at = copy(doc, at, part, 0, part.length);
  }
  copy(doc, at, rest, taken, rest.length);
  return length >= 5 && doc.readInt32LE(0) === length ? doc : undefined;
}

/** Everything of a body but its bytes, which lie from their place up to `end`. */
function close(target: Buffer, offset: number, seq: number, kind: number, end: number): number {
  const body = offset + HEADER_BYTES;
  target.writeInt32LE(end + 1 - body, body);
  target[body + 4] = 0x05;
  target[body + 5] = kind;
  target[body + 6] = 0;
  target.writeInt32LE(end + 1 - body - BINARY_BYTES, body + 7);
  target[body + 11] = 0;
  target[end] = 0;
  return frame(target, offset, seq, end + 1);
}

function writeNumber(target: Buffer, offset: number, value: number): number {
  let at = offset;
  let left = value;
  for (; left > 127; left = Math.floor(left / 128)) target[at++] = (left % 128) + 128;
  target[at++] = left;
  return at;
}

/** `set` of a subarray costs a view an event and range; most gaps are a few bytes. */
function copy(target: Buffer, offset: number, source: Uint8Array, from: number, to: number): number {
  if (to - from > 32) target.set(from === 0 && to === source.length ? source : source.subarray(from, to), offset);
  else for (let at = from; at < to; at++) target[offset + at - from] = source[at] ?? 0;
  return offset + to - from;
}

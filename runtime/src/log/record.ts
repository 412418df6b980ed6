import { crc32 } from 'node:zlib';
import type { SharedRange } from '../deliver/transport.ts';

/**
 * One record of the log, little endian:
 *
 *     len u32 | crc32 u32 | seq u64 | body
 *
 * `len` counts the bytes of `body` alone. The CRC covers `len`, `seq` and `body`, everything but itself.
 * `seq` counts the records of one owner from 1, across segments, so that a gap can be told from an end.
 * `body` is a BSON document; which one, its first key says:
 *
 * - `{ ns, doc }`: an event. The namespace (`database.collection`) and the document, both frozen. Format 1 knows only these.
 * - `{ b: Binary }`: a dictionary record: bytes that several events share, or a namespace.
 * - `{ e: Binary }`: an event without what it shares. The bytes, numbers as LEB128:
 *
 *       back | ns | count | count × (gap, ref) | the bytes of the document that are not shared
 *
 *   `ns` and `ref` are the distance in `seq` back to a dictionary record; a reference stands `gap` bytes behind the one
 *   before it. All of them lie in the event's own block, which begins `back` bytes before the record, in the same segment.
 *
 * A block ends after 64 KiB, and the next one repeats what it needs. So a reader can begin at any record, and a damaged
 * dictionary record costs the events of its block that refer to it: they are named, never guessed, because a reference is
 * to a sequence number and not to a place. A block may span several appends; after one that failed another begins.
 */
export const HEADER_BYTES = 16;

/** Version of this description, noted in the file `owner`. Folders of all versions up to this one are read. */
export const FORMAT = 2;

/** Bytes of `{ ns, doc }` beside the namespace and the document: length, two typed keys, string length, two terminators. */
export const ENVELOPE_BYTES: number = 4 + 4 + 4 + 1 + 5 + 1;

/** Bytes of `{ b: Binary }` beside the bytes: length, typed key, binary length, subtype, terminator. */
export const BINARY_BYTES: number = 4 + 3 + 4 + 1 + 1;

/** Anything shorter is no body. */
export const MIN_BODY_BYTES: number = BINARY_BYTES + 1;

/** Above every document MongoDB takes (16 MiB), so that too large ones reach the dead-letter file and not the quarantine. */
export const MAX_BODY_BYTES: number = 64 * 1024 * 1024;

export interface Entry {
  /** `database.collection` */
  readonly ns: string;
  /** BSON bytes of the event. */
  readonly doc: Uint8Array;
  /** Ranges of `doc` that are in other events, too, ascending: the log writes each once a block. */
  readonly shared?: readonly SharedRange[] | undefined;
}

const NS_KEY = Buffer.from('\x02ns\0', 'latin1');
const DOC_KEY = Buffer.from('\x03doc\0', 'latin1');

/** Bytes of an event's record that shares nothing. */
export const recordBytes = ({ ns, doc }: Entry): number =>
  HEADER_BYTES + ENVELOPE_BYTES + Buffer.byteLength(ns) + doc.length;

/** Writes an event's record that shares nothing at `offset` of a buffer that has room for it; returns the offset after it. */
export function encodeRecord(target: Buffer, offset: number, seq: number, entry: Entry): number {
  const end = offset + recordBytes(entry);
  const body = offset + HEADER_BYTES;
  const nsBytes = end - body - ENVELOPE_BYTES - entry.doc.length;
  let at = target.writeInt32LE(end - body, body);
  at += NS_KEY.copy(target, at);
  at = target.writeInt32LE(nsBytes + 1, at);
  at += target.write(entry.ns, at, nsBytes, 'utf8');
  target[at++] = 0;
  at += DOC_KEY.copy(target, at);
  target.set(entry.doc, at);
  target[end - 1] = 0;
  return frame(target, offset, seq, end);
}

/** Puts the header before a body that ends at `end`; returns `end`. */
export function frame(target: Buffer, offset: number, seq: number, end: number): number {
  target.writeUInt32LE(end - offset - HEADER_BYTES, offset);
  target.writeUInt32LE(seq % 2 ** 32, offset + 8);
  target.writeUInt32LE(Math.floor(seq / 2 ** 32), offset + 12);
  target.writeUInt32LE(checksum(target, offset, end), offset + 4);
  return end;
}

/** CRC of the record that lies at `offset` up to `end`. Leaves the bytes as they are. */
export function checksum(bytes: Buffer, offset: number, end: number): number {
  // A call costs more than the bytes of most records: with the length in the CRC's place one call is enough.
  const stored = bytes.readUInt32LE(offset + 4);
  bytes.copyWithin(offset + 4, offset, offset + 4);
  const sum = crc32(bytes.subarray(offset + 4, end));
  bytes.writeUInt32LE(stored, offset + 4);
  return sum;
}

export const seqAt = (bytes: Buffer, offset: number): number =>
  bytes.readUInt32LE(offset + 12) * 2 ** 32 + bytes.readUInt32LE(offset + 8);

/** Reads a body whose CRC has been checked; undefined when it is not `{ ns, doc }` as `encodeRecord` lays it out. */
export function decodeBody(body: Buffer): Entry | undefined {
  if (body.readInt32LE(0) !== body.length || body.length < ENVELOPE_BYTES + 5) return undefined;
  if (body.compare(NS_KEY, 0, 4, 4, 8) !== 0) return undefined;
  const nsBytes = body.readInt32LE(8) - 1;
  const docKey = 12 + nsBytes + 1;
  if (nsBytes < 0 || docKey + 5 + 5 + 1 > body.length) return undefined;
  if (body.compare(DOC_KEY, 0, 5, docKey, docKey + 5) !== 0) return undefined;
  return { ns: body.toString('utf8', 12, 12 + nsBytes), doc: body.subarray(docKey + 5, body.length - 1) };
}

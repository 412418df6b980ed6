import { crc32 } from 'node:zlib';

/**
 * One record of the log, little endian:
 *
 *     len u32 | crc32 u32 | seq u64 | body
 *
 * `len` counts the bytes of `body` alone. The CRC covers `len`, `seq` and `body`, everything but itself.
 * `body` is the BSON document `{ ns, doc }`: the namespace (`database.collection`) and the event, both frozen.
 * `seq` counts the records of one owner from 1, across segments, so that a gap can be told from an end.
 */
export const HEADER_BYTES = 16;

/** Bytes of `{ ns, doc }` beside the namespace and the document: length, two typed keys, string length, two terminators. */
const ENVELOPE_BYTES = 4 + 4 + 4 + 1 + 5 + 1;

/** A body with an empty namespace and the empty document; anything shorter is no record. */
export const MIN_BODY_BYTES: number = ENVELOPE_BYTES + 5;

/** Above every document MongoDB takes (16 MiB), so that too large ones reach the dead-letter file and not the quarantine. */
export const MAX_BODY_BYTES: number = 64 * 1024 * 1024;

export interface Entry {
  /** `database.collection` */
  readonly ns: string;
  /** BSON bytes of the event. */
  readonly doc: Uint8Array;
}

const NS_KEY = Buffer.from('\x02ns\0', 'latin1');
const DOC_KEY = Buffer.from('\x03doc\0', 'latin1');

/** Bytes that `encodeRecord` writes for the entry. */
export const recordBytes = ({ ns, doc }: Entry): number =>
  HEADER_BYTES + ENVELOPE_BYTES + Buffer.byteLength(ns) + doc.length;

/** Writes the record at `offset` of a buffer that has room for it; returns the offset after it. */
export function encodeRecord(target: Buffer, offset: number, seq: bigint, entry: Entry): number {
  const end = offset + recordBytes(entry);
  const body = offset + HEADER_BYTES;
  const nsBytes = end - body - ENVELOPE_BYTES - entry.doc.length;
  target.writeUInt32LE(end - body, offset);
  target.writeBigUInt64LE(seq, offset + 8);
  let at = target.writeInt32LE(end - body, body);
  at += NS_KEY.copy(target, at);
  at = target.writeInt32LE(nsBytes + 1, at);
  at += target.write(entry.ns, at, nsBytes, 'utf8');
  target[at++] = 0;
  at += DOC_KEY.copy(target, at);
  target.set(entry.doc, at);
  target[end - 1] = 0;
  target.writeUInt32LE(checksum(target, offset, end), offset + 4);
  return end;
}

/** CRC of the record that lies at `offset` up to `end`. */
export function checksum(bytes: Buffer, offset: number, end: number): number {
  const length = crc32(bytes.subarray(offset, offset + 4));
  return crc32(bytes.subarray(offset + 8, end), length);
}

/** Reads a body whose CRC has been checked; undefined when it is not `{ ns, doc }` as `encodeRecord` lays it out. */
export function decodeBody(body: Buffer): Entry | undefined {
  if (body.readInt32LE(0) !== body.length || body.compare(NS_KEY, 0, 4, 4, 8) !== 0) return undefined;
  const nsBytes = body.readInt32LE(8) - 1;
  const docKey = 12 + nsBytes + 1;
  if (nsBytes < 0 || docKey + 5 + 5 + 1 > body.length) return undefined;
  if (body.compare(DOC_KEY, 0, 5, docKey, docKey + 5) !== 0) return undefined;
  return { ns: body.toString('utf8', 12, 12 + nsBytes), doc: body.subarray(docKey + 5, body.length - 1) };
}

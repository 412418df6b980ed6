import { checksum, decodeBody, type Entry, HEADER_BYTES, MAX_BODY_BYTES, MIN_BODY_BYTES } from './record.ts';

/** A good record and where it lies. */
export interface ScannedRecord extends Entry {
  readonly kind: 'record';
  readonly seq: bigint;
  readonly offset: number;
  /** Offset of what follows. */
  readonly end: number;
}

/** Bytes that are no record, up to the next good one. */
export interface CorruptRange {
  readonly kind: 'corrupt';
  readonly offset: number;
  readonly end: number;
}

/**
 * What follows the last good record. `torn` is an append that was cut off; `complete` is a whole record by its
 * length whose checksum is wrong: nobody stops writing there, so those bytes changed afterwards.
 */
export interface Tail {
  readonly kind: 'torn' | 'complete';
  readonly offset: number;
  readonly end: number;
}

/** Walks the records of a segment (or of its part that starts at a record) and names every byte that is none. */
export function* scan(bytes: Buffer, from = 0): Generator<ScannedRecord | CorruptRange | Tail, void> {
  let offset = from;
  while (offset < bytes.length) {
    const record = recordAt(bytes, offset);
    if (record) {
      yield record;
      offset = record.end;
      continue;
    }
    const end = nextGood(bytes, offset + 1);
    if (end === undefined) {
      const complete = offset + HEADER_BYTES + bodyBytes(bytes, offset) === bytes.length;
      yield { kind: complete ? 'complete' : 'torn', offset, end: bytes.length };
      return;
    }
    yield { kind: 'corrupt', offset, end };
    offset = end;
  }
}

/** The length a header gives, -1 where there is no header or none that we would write. */
function bodyBytes(bytes: Buffer, offset: number): number {
  if (offset + HEADER_BYTES > bytes.length) return -1;
  const length = bytes.readUInt32LE(offset);
  return length < MIN_BODY_BYTES || length > MAX_BODY_BYTES ? -1 : length;
}

function recordAt(bytes: Buffer, offset: number): ScannedRecord | undefined {
  const length = bodyBytes(bytes, offset);
  const end = offset + HEADER_BYTES + length;
  if (length < 0 || end > bytes.length) return undefined;
  // The BSON length repeats `len`: a search through garbage computes a checksum only where the two agree.
  if (bytes.readUInt32LE(offset + HEADER_BYTES) !== length) return undefined;
  if (bytes.readUInt32LE(offset + 4) !== checksum(bytes, offset, end)) return undefined;
  const entry = decodeBody(bytes.subarray(offset + HEADER_BYTES, end));
  return entry && { kind: 'record', ...entry, seq: bytes.readBigUInt64LE(offset + 8), offset, end };
}

function nextGood(bytes: Buffer, from: number): number | undefined {
  for (let offset = from; offset + HEADER_BYTES + MIN_BODY_BYTES <= bytes.length; offset++) {
    if (recordAt(bytes, offset)) return offset;
  }
  return undefined;
}

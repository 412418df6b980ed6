import { compactBytes, DICTIONARY_BYTES, encodeCompact, encodeDictionary, type Reference } from './compact.ts';
import { type Entry, encodeRecord, recordBytes } from './record.ts';

/** Records ready to be written, in order. */
export interface Encoded {
  /** Valid until the next call. */
  readonly bytes: Buffer;
  /** For each entry, the offset in `bytes` behind its last record. */
  readonly ends: readonly number[];
  /** For each entry, the `seq` of its last record. */
  readonly seqs: readonly number[];
}

/** After so many bytes a block ends: what a flipped bit in a dictionary record can cost. */
export const BLOCK_BYTES: number = 64 * 1024;

/** Ranges outside of these bounds are cheaper in the event, or would fill a block alone. */
const MIN_SHARED_BYTES = 24;
const MAX_SHARED_BYTES = 16 * 1024;

/** Scratch memory that is kept between calls at most. */
const KEPT_BYTES = 1024 * 1024;

/** Turns entries into records of one segment, and remembers what the current block holds already. */
export class Encoder {
  #scratch: Buffer = Buffer.alloc(0);
  /** Offset of the block in its segment; undefined: the next record begins one. */
  #block: number | undefined;
  /** `seq` of the records that hold what entries have in common; 0: seen once in this block, and written there with its event. */
  readonly #held: Map<Uint8Array | string, number> = new Map();

  /**
   * @param seq of the first record
   * @param base offset in the segment at which the first record will stand
   */
  encode(entries: readonly Entry[], seq: number, base: number): Encoded {
    const bytes = this.#room(entries);
    const often = seenTwice(entries);
    const ends: number[] = [];
    const seqs: number[] = [];
    let next = seq;
    let at = 0;
    const hold = (key: Uint8Array | string, value: Uint8Array): number => {
      at = encodeDictionary(bytes, at, next, value);
      this.#held.set(key, next);
      return next++;
    };
    for (const entry of entries) {
      if (this.#block === undefined || base + at - this.#block >= BLOCK_BYTES) this.#begin(base + at);
      const references: Reference[] = [];
      for (const range of entry.shared ?? []) {
        const { from, to, bytes: shared } = range;
        if (to - from < MIN_SHARED_BYTES || to - from > MAX_SHARED_BYTES) continue;
        let held = this.#held.get(shared);
        if (held === undefined && !often.has(shared)) this.#held.set(shared, 0);
        else {
          held ||= hold(shared, shared);
          references.push({ from, to, bytes: shared, seq: held });
        }
      }
      if (references.length === 0) at = encodeRecord(bytes, at, next, entry);
      else {
        const ns = this.#held.get(entry.ns) ?? hold(entry.ns, Buffer.from(entry.ns));
        const back = base + at - (this.#block ?? 0);
        at = encodeCompact(bytes, at, next, { back, ns, references, doc: entry.doc });
      }
      ends.push(at);
      seqs.push(next++);
    }
    return { bytes: bytes.subarray(0, at), ends, seqs };
  }

  /** The next record begins a block: in another segment, and after a write of which a part may be missing. */
  reset(): void {
    this.#block = undefined;
    this.#held.clear();
  }

  #begin(offset: number): void {
    this.#block = offset;
    this.#held.clear();
  }

  #room(entries: readonly Entry[]): Buffer {
    let size = 0;
    for (const entry of entries) {
      const ranges = entry.shared?.length ?? 0;
      size += recordBytes(entry) + compactBytes(ranges) + (ranges + 1) * DICTIONARY_BYTES;
    }
    if (this.#scratch.length >= size) return this.#scratch;
    const scratch = Buffer.allocUnsafeSlow(size);
    if (size <= KEPT_BYTES) this.#scratch = scratch;
    return scratch;
  }
}

const NOTHING: ReadonlySet<Uint8Array> = new Set();

/** What more than one of the entries has: worth a dictionary record at once. */
function seenTwice(entries: readonly Entry[]): ReadonlySet<Uint8Array> {
  if (entries.length < 2) return NOTHING;
  const once = new Set<Uint8Array>();
  const twice = new Set<Uint8Array>();
  for (const { shared } of entries) {
    for (const { bytes } of shared ?? []) {
      if (once.has(bytes)) twice.add(bytes);
      else once.add(bytes);
    }
  }
  return twice;
}

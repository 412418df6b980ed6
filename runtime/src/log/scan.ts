import type { SharedRange } from '../deliver/transport.ts';
import { assemble, BINARY_KIND, decodeBinary, decodeCompact } from './compact.ts';
import { checksum, decodeBody, type Entry, HEADER_BYTES, MAX_BODY_BYTES, MIN_BODY_BYTES, seqAt } from './record.ts';
import { type ByteSource, bufferSource, Window } from './window.ts';

/** A good event and where it lies. */
export interface ScannedRecord extends Entry {
  readonly kind: 'record';
  readonly seq: number;
  readonly offset: number;
  /** Offset of what follows. */
  readonly end: number;
}

/** A good record with something that events share. */
export interface ScannedDictionary {
  readonly kind: 'dictionary';
  readonly seq: number;
  readonly offset: number;
  readonly end: number;
}

/** Bytes that are no record, or events of which a shared part is lost, up to the next good record. */
export interface CorruptRange {
  readonly kind: 'corrupt';
  readonly offset: number;
  readonly end: number;
  /** `seq` of whole records in the range: events of which a shared part is lost. */
  readonly incomplete: readonly number[];
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

export type Scanned = ScannedRecord | ScannedDictionary | CorruptRange | Tail;

/**
 * Walks the records of a segment from one of them on and names every byte that is none.
 * @param withShared says which ranges events have in common, for who writes them again
 */
export function* scan(segment: Buffer | ByteSource, from = 0, withShared = false): Generator<Scanned, void> {
  const source = Buffer.isBuffer(segment) ? bufferSource(segment) : segment;
  const scanner = new Scanner(source, from, withShared);
  let offset = from;
  let bad: { offset: number; end: number; incomplete: number[] } | undefined;
  while (offset < source.size) {
    const found = scanner.recordAt(offset);
    if (found === undefined || found.kind === 'incomplete') {
      bad ??= { offset, end: offset, incomplete: [] };
      if (found) bad.incomplete.push(found.seq);
      const end = found?.end ?? scanner.nextFrame(offset + 1);
      if (end === undefined) {
        if (bad.end > bad.offset) yield { kind: 'corrupt', ...bad };
        yield { kind: scanner.isWhole(offset) ? 'complete' : 'torn', offset, end: source.size };
        return;
      }
      bad.end = offset = end;
      continue;
    }
    if (bad) yield { kind: 'corrupt', ...bad };
    bad = undefined;
    yield found;
    offset = found.end;
  }
  if (bad) yield { kind: 'corrupt', ...bad };
}

/** A whole record whose shared parts cannot be found. */
interface Incomplete {
  readonly kind: 'incomplete';
  readonly seq: number;
  readonly end: number;
}

interface Held {
  readonly offset: number;
  readonly bytes: Buffer;
  text?: string;
}

/** Dictionary records that are kept before those of finished blocks are let go. */
const MAX_HELD = 4096;

class Scanner {
  readonly #window: Window;
  /** By `seq`: the dictionary records of the current block, and some of earlier ones. */
  readonly #held: Map<number, Held> = new Map();
  /** Everything from here on has been looked through for dictionary records. */
  #heldFrom: number;
  readonly #withShared: boolean;

  constructor(source: ByteSource, from: number, withShared: boolean) {
    this.#window = new Window(source);
    this.#heldFrom = from;
    this.#withShared = withShared;
  }

  recordAt(offset: number): ScannedRecord | ScannedDictionary | Incomplete | undefined {
    const end = this.#frameEnd(offset);
    if (end === undefined) return undefined;
    const { bytes, start } = this.#window;
    const seq = seqAt(bytes, offset - start);
    const body = bytes.subarray(offset - start + HEADER_BYTES, end - start);
    const entry = decodeBody(body);
    if (entry) return { kind: 'record', ns: entry.ns, doc: entry.doc, seq, offset, end };
    const binary = decodeBinary(body);
    if (binary?.kind === BINARY_KIND.dictionary) {
      this.#hold(seq, offset, binary.bytes);
      return { kind: 'dictionary', seq, offset, end };
    }
    if (binary?.kind !== BINARY_KIND.event) return undefined;
    return this.#compactEvent(binary.bytes, seq, offset, end) ?? { kind: 'incomplete', seq, end };
  }

  /** Offset of the next record whose checksum is right. */
  nextFrame(from: number): number | undefined {
    const last = this.#window.size - HEADER_BYTES - MIN_BODY_BYTES;
    for (let offset = from; offset <= last; offset++) if (this.#frameEnd(offset) !== undefined) return offset;
    return undefined;
  }

  /** True when the length in the header leads exactly to the end of the segment. */
  isWhole(offset: number): boolean {
    return offset + HEADER_BYTES + this.#bodyBytes(offset) === this.#window.size;
  }

  #compactEvent(bytes: Buffer, seq: number, offset: number, end: number): ScannedRecord | undefined {
    const event = decodeCompact(bytes);
    if (event === undefined) return undefined;
    const block = offset - event.back;
    if (block < this.#heldFrom) this.#lookBack(Math.max(0, block));
    if (this.#held.size > MAX_HELD) this.#letGo(block);
    const ns = this.#held.get(seq - event.ns);
    const shared: SharedRange[] | undefined = this.#withShared ? [] : undefined;
    const doc = assemble(event, (distance) => this.#held.get(seq - distance)?.bytes, shared);
    if (ns === undefined || doc === undefined) return undefined;
    ns.text ??= ns.bytes.toString('utf8');
    return { kind: 'record', ns: ns.text, doc, shared, seq, offset, end };
  }

  /** A reader that began in the middle of a block needs what stands before. */
  #lookBack(block: number): void {
    const until = this.#heldFrom;
    this.#heldFrom = block;
    let offset: number | undefined = block;
    while (offset !== undefined && offset < until) {
      const end = this.#frameEnd(offset);
      if (end !== undefined) {
        const { bytes, start } = this.#window;
        const binary = decodeBinary(bytes.subarray(offset - start + HEADER_BYTES, end - start));
        if (binary?.kind === BINARY_KIND.dictionary) this.#hold(seqAt(bytes, offset - start), offset, binary.bytes);
      }
      offset = end ?? this.nextFrame(offset + 1);
    }
  }

  /** Copied, so that a few bytes do not keep a whole window. */
  #hold(seq: number, offset: number, bytes: Buffer): void {
    this.#held.set(seq, { offset, bytes: Buffer.from(bytes) });
  }

  #letGo(block: number): void {
    for (const [seq, { offset }] of this.#held) if (offset < block) this.#held.delete(seq);
  }

  /** Where the record at an offset ends; undefined when there is none. Afterwards the window holds it. */
  #frameEnd(offset: number): number | undefined {
    const length = this.#bodyBytes(offset);
    const end = offset + HEADER_BYTES + length;
    if (length < 0 || end > this.#window.size) return undefined;
    // The BSON length repeats `len`: a search through garbage computes a checksum only where the two agree.
    if (!this.#window.hold(offset, HEADER_BYTES + 4)) return undefined;
    if (this.#window.bytes.readUInt32LE(offset - this.#window.start + HEADER_BYTES) !== length) return undefined;
    if (!this.#window.hold(offset, end - offset)) return undefined;
    const { bytes, start } = this.#window;
    if (bytes.readUInt32LE(offset - start + 4) !== checksum(bytes, offset - start, end - start)) return undefined;
    return end;
  }

  /** The length a header gives, -1 where there is no header or none that we would write. */
  #bodyBytes(offset: number): number {
    if (!this.#window.hold(offset, HEADER_BYTES)) return -1;
    const length = this.#window.bytes.readUInt32LE(offset - this.#window.start);
    return length < MIN_BODY_BYTES || length > MAX_BODY_BYTES ? -1 : length;
  }
}

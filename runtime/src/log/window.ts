/** Bytes that can be read in any order. */
export interface ByteSource {
  readonly size: number;
  /** Reads into the buffer from an offset on; returns how many bytes there were. */
  read(into: Buffer, offset: number): number;
}

export const bufferSource = (bytes: Buffer): ByteSource => ({
  size: bytes.length,
  read: (into, offset) => bytes.copy(into, 0, offset),
});

const WINDOW_BYTES = 256 * 1024;

/** The part of a source that is in memory, so that a segment of any size is read with little of it. */
export class Window {
  readonly #source: ByteSource;
  bytes: Buffer = Buffer.alloc(0);
  /** Offset of `bytes` in the source. */
  start = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  get size(): number {
    return this.#source.size;
  }

  /** Sees to it that so many bytes from an offset on are in memory; false when the source ends before. */
  hold(offset: number, length: number): boolean {
    if (offset >= this.start && offset + length <= this.start + this.bytes.length) return true;
    if (offset + length > this.#source.size) return false;
    // A new buffer: records that were read refer to the old one.
    const bytes = Buffer.allocUnsafe(Math.min(Math.max(WINDOW_BYTES, length), this.#source.size - offset));
    this.bytes = bytes.subarray(0, this.#source.read(bytes, offset));
    this.start = offset;
    return this.bytes.length >= length;
  }
}

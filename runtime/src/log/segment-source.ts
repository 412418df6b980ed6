import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { ByteSource } from './window.ts';

/** The segment was there when reading it began: it has been shipped or dropped meanwhile. */
export class SegmentGoneError extends Error {
  override readonly name = 'SegmentGoneError';
}

/**
 * A segment as it is now: what is appended later is not part of it. No descriptor stays open between two reads, because
 * nobody is bound to read to the end. Throws the system's error, and `SegmentGoneError`.
 */
export function segmentSource(file: string): ByteSource {
  return {
    size: orGone(file, () => statSync(file).size),
    read: (into, offset) =>
      orGone(file, () => {
        const descriptor = openSync(file, 'r');
        try {
          return readAll(descriptor, into, offset);
        } finally {
          closeSync(descriptor);
        }
      }),
  };
}

/** A range of a source, as far as it can be read. */
export function readRange(source: ByteSource, offset: number, end: number): Buffer {
  const bytes = Buffer.allocUnsafe(end - offset);
  return bytes.subarray(0, source.read(bytes, offset));
}

function readAll(descriptor: number, into: Buffer, offset: number): number {
  let filled = 0;
  while (filled < into.length) {
    const read = readSync(descriptor, into, filled, into.length - filled, offset + filled);
    if (read === 0) break;
    filled += read;
  }
  return filled;
}

function orGone<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new SegmentGoneError(`${file} is gone`, { cause: error });
  }
}

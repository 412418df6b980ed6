import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { segmentPath, segmentsOf } from './layout.ts';
import type { Entry } from './record.ts';
import { scan } from './scan.ts';

/** A place between two records of one folder. */
export interface Position {
  readonly segment: number;
  readonly offset: number;
}

export const START: Position = { segment: 0, offset: 0 };

/** One event as it lies in the log. */
export interface LogRecord extends Entry {
  /** Name of the owner's folder. */
  readonly owner: string;
  readonly segment: number;
  readonly offset: number;
  readonly seq: bigint;
  /** Where to go on after this record. */
  readonly after: Position;
}

/** Bytes of the log that are no record. The records around them are read. */
export interface LogProblem {
  /** `torn`: the last append was cut off. `corrupt`: bytes have changed after they were written. */
  readonly kind: 'torn' | 'corrupt';
  readonly folder: string;
  readonly owner: string;
  readonly segment: number;
  readonly offset: number;
  readonly bytes: Buffer;
}

export interface FolderReadOptions {
  /** Where to begin. Default: the first record. */
  readonly from?: Position;
  /** The owner is still writing: an incomplete last record is not a problem but an append under way. Default false. */
  readonly live?: boolean;
  readonly onProblem?: ((problem: LogProblem) => void) | undefined;
}

/** Reads one owner's folder in the order of writing, up to what is there now. Segments that vanish meanwhile are passed over. */
export function* readFolder(folder: string, options: FolderReadOptions = {}): Generator<LogRecord, void> {
  const { from = START, live = false, onProblem } = options;
  const owner = path.basename(folder);
  const segments = segmentsOf(folder).filter((segment) => segment >= from.segment);
  for (const segment of segments) {
    const start = segment === from.segment ? from.offset : 0;
    const bytes = readSegment(segmentPath(folder, segment), start);
    const isLast = segment === segments.at(-1);
    for (const found of scan(bytes)) {
      const offset = start + found.offset;
      const end = start + found.end;
      if (found.kind === 'record') {
        const { ns, doc, seq } = found;
        yield { ns, doc, seq, owner, segment, offset, after: { segment, offset: end } };
      } else if (found.kind === 'corrupt' || !isLast || !live) {
        const kind = found.kind === 'torn' && isLast ? 'torn' : 'corrupt';
        onProblem?.({ kind, folder, owner, segment, offset, bytes: bytes.subarray(found.offset, found.end) });
      }
    }
  }
}

/** The bytes of a segment from an offset on; none when the segment is gone. */
function readSegment(file: string, offset: number): Buffer {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const bytes = Buffer.allocUnsafe(Math.max(0, fstatSync(descriptor).size - offset));
    let filled = 0;
    while (filled < bytes.length) {
      const read = readSync(descriptor, bytes, filled, bytes.length - filled, offset + filled);
      if (read === 0) break;
      filled += read;
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(descriptor);
  }
}

import path from 'node:path';
import { segmentPath, segmentsOf } from './layout.ts';
import type { Entry } from './record.ts';
import { type Scanned, scan } from './scan.ts';
import { readRange, SegmentGoneError, segmentSource } from './segment-source.ts';
import { Sequence } from './sequence.ts';

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

/** Bytes of the log that are no record, or no longer a whole event. The records around them are read. */
export interface LogProblem {
  /** `torn`: the last append was cut off. `corrupt`: bytes have changed after they were written. */
  readonly kind: 'torn' | 'corrupt';
  readonly folder: string;
  readonly owner: string;
  readonly segment: number;
  readonly offset: number;
  readonly bytes: Buffer;
  /** `seq` of events that stand whole in the bytes but share a part with others that is lost. */
  readonly incomplete: readonly bigint[];
}

/** Records that were written and are gone without a trace: what stands before them ends with a good record. */
export interface LogGap {
  readonly folder: string;
  /** Of the record behind them. */
  readonly segment: number;
  readonly offset: number;
  /** How many: events, and parts that events share. */
  readonly records: number;
}

export interface FolderReadOptions {
  /** Where to begin. Default: the first record. */
  readonly from?: Position;
  /** The owner is still writing: an incomplete last record is not a problem but an append under way. Default false. */
  readonly live?: boolean;
  /** Says of each event what it shares with others, for who writes it again. Default false. */
  readonly withShared?: boolean;
  readonly onProblem?: ((problem: LogProblem) => void) | undefined;
  /**
   * Told of records that are missing between two others, or before the first one of all. Segments that are missing as a whole
   * were shipped or dropped; of what stood at the very end nothing is known.
   */
  readonly onGap?: ((gap: LogGap) => void) | undefined;
  /** Called for every record of a segment, also for those that are no event. For checks of the log itself. */
  readonly onScanned?: (found: Scanned, segment: number) => void;
}

/**
 * Reads one owner's folder in the order of writing, up to what is there now. Segments that vanish meanwhile are passed over.
 * Throws the system's error when a segment cannot be opened or read.
 */
export function* readFolder(folder: string, options: FolderReadOptions = {}): Generator<LogRecord, void> {
  const { from = START, live = false, withShared = false, onProblem, onGap, onScanned } = options;
  const owner = path.basename(folder);
  const segments = segmentsOf(folder).filter((segment) => segment >= from.segment);
  const sequence = new Sequence(from.offset === 0 && segments[0] === 1 ? 1 : undefined);
  for (const [index, segment] of segments.entries()) {
    const isLast = segment === segments.at(-1);
    if (index > 0 && segment !== (segments[index - 1] ?? 0) + 1) sequence.lose();
    try {
      const source = segmentSource(segmentPath(folder, segment));
      for (const found of scan(source, segment === from.segment ? from.offset : 0, withShared)) {
        onScanned?.(found, segment);
        const { offset, end } = found;
        const isRecord = found.kind === 'record' || found.kind === 'dictionary';
        const records = isRecord ? sequence.missingBefore(found.seq) : 0;
        if (!isRecord) sequence.lose();
        if (records > 0) onGap?.({ folder, segment, offset, records });
        if (found.kind === 'dictionary') continue;
        if (found.kind === 'record') {
          const { ns, doc, shared } = found;
          yield { ns, doc, shared, seq: BigInt(found.seq), owner, segment, offset, after: { segment, offset: end } };
        } else if (found.kind === 'corrupt' || !isLast || !live) {
          const kind = found.kind === 'torn' && isLast ? 'torn' : 'corrupt';
          const incomplete = found.kind === 'corrupt' ? found.incomplete.map(BigInt) : [];
          const bytes = readRange(source, offset, end);
          onProblem?.({ kind, folder, owner, segment, offset, bytes, incomplete });
        }
      }
    } catch (error) {
      if (!(error instanceof SegmentGoneError)) throw error;
      sequence.lose();
    }
  }
}

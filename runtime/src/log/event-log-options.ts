import type { AcknowledgementLevel } from '../config/options.ts';
import type { Destination } from './destination.ts';
import type { Position } from './folder-reader.ts';
import type { Owner } from './owner.ts';
import type { Entry } from './record.ts';
import type { Disk } from './segment-file.ts';

export interface EventLogOptions {
  /** Folder of the log; made at the first event. Absent: events wait in memory only. */
  readonly dir: string | undefined;
  readonly role: Owner['role'];
  /** Noted in the folder for those who look for the events later. */
  readonly destination: Omit<Destination, 'since'>;
  /** When events count as safe. Default `process`. */
  readonly acknowledgement?: AcknowledgementLevel;
  /** Largest size of `dir`, bytes. Default 1 GiB. */
  readonly maxBytes?: number;
  /** Age after which a store drops segments, ms; 0 keeps them. Default 0. */
  readonly maxAgeMs?: number;
  /** A segment of this size is sealed; at most an eighth of `maxBytes`. Default 8 MiB. */
  readonly segmentBytes?: number;
  /** A segment of this age is sealed, ms; at most `maxAgeMs`. Default an hour. */
  readonly segmentMs?: number;
  /** Events wait in memory up to this size while the folder cannot be written. Default 16 MiB. */
  readonly maxMemoryBytes?: number;
  /** Time after which a folder that could not be written is tried again, ms. Default 1000. */
  readonly retryMs?: number;
  /** Told of every write to a folder, in order: who ships the events need not read them again. Must not throw. */
  readonly onWritten?: (folder: string, entries: readonly Entry[], after: Position) => void;
  /** For tests: the system calls that may fail. */
  readonly disk?: Disk;
}

export type ResolvedEventLogOptions = EventLogOptions &
  Required<
    Pick<
      EventLogOptions,
      'acknowledgement' | 'maxBytes' | 'maxAgeMs' | 'segmentBytes' | 'segmentMs' | 'maxMemoryBytes' | 'retryMs'
    >
  >;

const MIB = 1024 * 1024;

/** Adds the defaults. Segments are so small that a full folder can be relieved of one, and so young that age counts. */
export function resolveEventLogOptions(options: EventLogOptions): ResolvedEventLogOptions {
  const { maxBytes = 1024 * MIB, maxAgeMs = 0, segmentBytes = 8 * MIB, segmentMs = 3_600_000 } = options;
  return {
    acknowledgement: 'process',
    maxMemoryBytes: 16 * MIB,
    retryMs: 1000,
    ...options,
    maxBytes,
    maxAgeMs,
    segmentBytes: Math.min(segmentBytes, maxBytes / 8),
    segmentMs: maxAgeMs > 0 ? Math.min(segmentMs, maxAgeMs) : segmentMs,
  };
}

import { syncFolder } from './durable.ts';
import { Encoder } from './encoder.ts';
import type { Position } from './folder-reader.ts';
import { segmentsOf } from './layout.ts';
import type { Entry } from './record.ts';
import { type Disk, realDisk, SegmentFile } from './segment-file.ts';

/** Why an append stopped, and how many entries of it are in the log all the same. */
export class AppendError extends Error {
  override readonly name = 'AppendError';
  readonly appended: number;

  constructor(appended: number, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.appended = appended;
  }
}

/** What was appended since the last sync is not known to be on disk. */
export class SyncError extends Error {
  override readonly name = 'SyncError';

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** The folder is no longer where it was: nothing may be written to it, and what was written last may have been lost with it. */
export class FolderGoneError extends Error {
  override readonly name = 'FolderGoneError';
}

export interface WriterOptions {
  /** A segment that has reached this size is sealed. */
  readonly segmentBytes: number;
  /** A segment of this age is sealed, ms. Default: never. */
  readonly segmentMs?: number;
  /** Called for each segment that is sealed, with what was appended to it. */
  readonly onSealed?: (segment: SealedSegment) => void;
  /**
   * Nothing counts as appended before it is synced: a segment is synced before it is sealed, and after a sync that failed it is
   * cut back to what was synced before, for the caller to append the rest again. Default false.
   */
  readonly durable?: boolean;
  /** Gets the error of a sync at sealing that happens in the background: not when `durable`. */
  readonly onSyncError?: (error: SyncError) => void;
  readonly disk?: Disk;
}

export interface SealedSegment {
  readonly number: number;
  readonly events: number;
}

/** The one writer of a folder: appends records to the newest segment and begins another when that is full or old. */
export class LogWriter {
  readonly folder: string;
  readonly #options: WriterOptions;
  readonly #encoder: Encoder = new Encoder();
  #file: SegmentFile | undefined;
  /** Sealed segments that are being synced in the background. */
  readonly #sealing: Set<SegmentFile> = new Set();
  #segment: number;
  /** `seq` of the next record. */
  #seq = 1;
  /** What `#seq` and the events of the open segment were when it was last known to be on disk. */
  #syncedSeq = 1;
  #end: Position;
  /** Events in the open segment. */
  #events = 0;
  #syncedEvents = 0;

  /** The folder must exist. */
  constructor(folder: string, options: WriterOptions) {
    this.folder = folder;
    this.#options = options;
    this.#segment = segmentsOf(folder).at(-1) ?? 0;
    this.#end = { segment: this.#segment, offset: 0 };
  }

  /** Behind the last record that was appended. */
  get position(): Position {
    return this.#end;
  }

  /** True when nothing more will be written to that segment. */
  isSealed(segment: number): boolean {
    return segment < this.#segment || this.#file === undefined;
  }

  /**
   * Appends the entries with one write. On return they are in the system's cache, `sync` puts them on disk. `sealDue` is the
   * caller's to call between two appends.
   * @throws AppendError when not all could be written; the segment then ends at its last good record
   */
  append(entries: readonly Entry[]): void {
    let appended = 0;
    try {
      const file = this.#open();
      const { bytes, ends, seqs } = this.#encoder.encode(entries, this.#seq, file.size);
      const written = file.write(bytes);
      if (!file.isInPlace()) throw new FolderGoneError(`${this.folder} is gone`);
      appended = ends.findLastIndex((end) => end <= written) + 1;
      if (appended > 0) this.#moveOn(file, appended, ends[appended - 1] ?? 0, seqs[appended - 1] ?? 0);
      // A short write is how a full disk shows first; the error comes with the next one.
      if (appended < entries.length) throw new Error('the disk took only a part of the write');
    } catch (cause) {
      if (cause instanceof FolderGoneError) this.#letGo();
      else this.#cutBack();
      throw new AppendError(appended, cause);
    }
  }

  /** Puts what was appended on disk. @throws SyncError after which the segment is not written to again */
  sync(): void {
    const file = this.#file;
    try {
      for (const sealed of this.#sealing) {
        // also when it fails: the next one on that descriptor would succeed
        this.#sealing.delete(sealed);
        sealed.sync();
      }
      file?.sync();
      this.#noteSynced(this.#seq, this.#events);
    } catch (error) {
      throw this.#syncFailed(error);
    }
  }

  /**
   * As `sync`, without waiting for the disk. `done` gets the error, also of a segment that was let go of meanwhile without a sync:
   * its events have to be appended again, and may be in the log twice.
   */
  syncLater(done: (error: SyncError | null) => void): void {
    const file = this.#file;
    if (file === undefined) {
      done(null);
      return;
    }
    const seq = this.#seq;
    const events = this.#events;
    file.syncLater((error) => {
      if (this.#file !== file) done(error && new SyncError(error));
      else if (error) done(this.#syncFailed(error));
      else {
        if (seq > this.#syncedSeq) this.#noteSynced(seq, events);
        done(null);
      }
    });
  }

  /** Seals a segment that has reached its size or its age. @throws SyncError only when `durable` */
  sealDue(): void {
    const { segmentBytes, segmentMs = Number.POSITIVE_INFINITY } = this.#options;
    const file = this.#file;
    if (file && (file.size >= segmentBytes || performance.now() - file.openedAt >= segmentMs)) this.seal();
  }

  /** Nothing more will be written to the open segment. @throws SyncError only when `durable` */
  seal(): void {
    const file = this.#file;
    if (file === undefined) return;
    if (this.#options.durable) this.sync();
    else {
      this.#sealing.add(file);
      file.syncLater((error) => {
        this.#sealing.delete(file);
        if (error) this.#options.onSyncError?.(new SyncError(error));
      });
    }
    this.#letGo();
  }

  /** @throws SyncError */
  close(): void {
    try {
      this.sync();
    } finally {
      this.#letGo();
    }
  }

  #open(): SegmentFile {
    if (this.#file) return this.#file;
    try {
      this.#file = new SegmentFile(this.folder, this.#segment + 1, this.#options.disk ?? realDisk);
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? new FolderGoneError(`${this.folder} is gone`) : error;
    }
    this.#segment++;
    this.#end = { segment: this.#segment, offset: 0 };
    this.#events = 0;
    this.#noteSynced(this.#seq, 0);
    this.#encoder.reset();
    syncFolder(this.folder);
    return this.#file;
  }

  #moveOn(file: SegmentFile, appended: number, bytes: number, seq: number): void {
    this.#seq = seq + 1;
    this.#events += appended;
    file.size += bytes;
    this.#end = { segment: file.number, offset: file.size };
  }

  #noteSynced(seq: number, events: number): void {
    this.#syncedSeq = seq;
    this.#syncedEvents = events;
  }

  /** After a failed sync the system may have dropped the pages and would report success the next time. */
  #syncFailed(cause: unknown): SyncError {
    const file = this.#file;
    try {
      if (this.#options.durable && file) {
        file.cutBack(file.synced);
        this.#seq = this.#syncedSeq;
        this.#events = this.#syncedEvents;
        this.#end = { segment: file.number, offset: file.size };
      }
    } catch {
      // Then those events may be in the log twice: better than not at all, and their ids make it one delivery.
    }
    this.#letGo();
    return new SyncError(cause);
  }

  #cutBack(): void {
    this.#encoder.reset();
    try {
      this.#file?.cutBack(this.#file.size);
    } catch {
      this.#letGo();
    }
  }

  #letGo(): void {
    const file = this.#file;
    this.#file = undefined;
    file?.close();
    if (file && this.#events > 0) this.#options.onSealed?.({ number: file.number, events: this.#events });
  }
}

import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { syncFolder } from './durable.ts';
import type { Position } from './folder-reader.ts';
import { segmentPath, segmentsOf } from './layout.ts';
import { type Entry, encodeRecord, recordBytes } from './record.ts';

/** Why an append stopped, and how many entries of it are in the log all the same. */
export class AppendError extends Error {
  override readonly name = 'AppendError';
  readonly appended: number;

  constructor(appended: number, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.appended = appended;
  }
}

/** The one writer of a folder: appends records to the newest segment and begins another when that is full. */
export class LogWriter {
  readonly folder: string;
  readonly #segmentBytes: number;
  #seq = 1n;
  #segment: number;
  #descriptor: number | undefined;
  /** Offset after the last good record of the open segment. */
  #size = 0;

  /** `segmentBytes`: a segment that has reached this size is sealed. The folder must exist. */
  constructor(folder: string, segmentBytes: number) {
    this.folder = folder;
    this.#segmentBytes = segmentBytes;
    this.#segment = segmentsOf(folder).at(-1) ?? 0;
  }

  /**
   * Appends the entries with one write. On return they are in the system's cache, `sync` puts them on disk.
   * @throws AppendError when not all could be written; the segment then ends at its last good record.
   */
  append(entries: readonly Entry[]): void {
    let appended = 0;
    try {
      const descriptor = this.#open();
      const ends: number[] = [];
      const bytes = Buffer.allocUnsafe(entries.reduce((sum, entry) => sum + recordBytes(entry), 0));
      for (const entry of entries) {
        ends.push(encodeRecord(bytes, ends.at(-1) ?? 0, this.#seq + BigInt(ends.length), entry));
      }
      const written = writeSync(descriptor, bytes);
      appended = ends.findLastIndex((end) => end <= written) + 1;
      this.#seq += BigInt(appended);
      this.#size += ends[appended - 1] ?? 0;
      // A short write is how a full disk shows first; the error comes with the next one.
      if (appended < entries.length) throw new Error('the disk took only a part of the write');
    } catch (cause) {
      this.#cutBack();
      throw new AppendError(appended, cause);
    }
    if (this.#size >= this.#segmentBytes) this.#seal();
  }

  /** Puts what was appended on disk. Throws the system's error, after which the segment is not written to again. */
  sync(): void {
    if (this.#descriptor === undefined) return;
    try {
      fdatasyncSync(this.#descriptor);
    } catch (error) {
      // After a failed sync the system may have dropped the pages and would report success the next time.
      this.#abandon();
      throw error;
    }
  }

  /** Behind the last record that was appended. */
  get position(): Position {
    return { segment: this.#segment, offset: this.#size };
  }

  close(): void {
    try {
      this.sync();
    } finally {
      this.#abandon();
    }
  }

  /** True when nothing more will be written to that segment. */
  isSealed(segment: number): boolean {
    return segment < this.#segment || this.#descriptor === undefined;
  }

  #open(): number {
    // Somebody may have removed the folder: the descriptor would take everything and keep nothing.
    if (this.#descriptor !== undefined && fstatSync(this.#descriptor).nlink === 0) this.#abandon();
    if (this.#descriptor !== undefined) return this.#descriptor;
    this.#descriptor = openSync(segmentPath(this.folder, this.#segment + 1), 'ax', 0o640);
    this.#segment++;
    this.#size = 0;
    syncFolder(this.folder);
    return this.#descriptor;
  }

  #seal(): void {
    try {
      this.close();
    } catch {
      // The records are written; that they could not be synced shows again at the next segment, and is said there.
    }
  }

  #cutBack(): void {
    if (this.#descriptor === undefined) return;
    try {
      ftruncateSync(this.#descriptor, this.#size);
    } catch {
      this.#abandon();
    }
  }

  #abandon(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    try {
      if (descriptor !== undefined) closeSync(descriptor);
    } catch {
      // the descriptor is gone either way
    }
  }
}

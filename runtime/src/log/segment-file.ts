import { closeSync, fdatasync, fdatasyncSync, fstatSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';
import { segmentPath } from './layout.ts';

const { nextTick } = process;

/** The system calls that can fail half-way; tests put failures before them. */
export interface Disk {
  write(descriptor: number, bytes: Buffer): number;
  datasync(descriptor: number): void;
  datasyncLater(descriptor: number, done: (error: Error | null) => void): void;
  truncate(descriptor: number, size: number): void;
}

export const realDisk: Disk = {
  write: (descriptor, bytes) => writeSync(descriptor, bytes),
  datasync: fdatasyncSync,
  datasyncLater: fdatasync,
  truncate: ftruncateSync,
};

/** A segment that is being written. Methods throw the system's error unless they say otherwise. */
export class SegmentFile {
  readonly number: number;
  readonly path: string;
  /** By the monotonic clock, ms: a wall clock may be set. */
  readonly openedAt: number = performance.now();
  /** Offset behind the last record. */
  size = 0;
  /** Up to here a power cut takes nothing. */
  synced = 0;
  readonly #disk: Disk;
  readonly #descriptor: number;
  /**
   * For syncs in the background. The system reports what it could not write once by each descriptor: on a shared one, a sync in
   * the background could take the error, and `sync` succeed before anybody has heard of it.
   */
  #background: number | undefined;
  /** All that were opened. */
  readonly #descriptors: number[] = [];
  readonly #inode: number;
  #syncing = 0;
  #closing = false;

  /** Makes the file, which must not exist. */
  constructor(folder: string, number: number, disk: Disk) {
    this.number = number;
    this.path = segmentPath(folder, number);
    this.#disk = disk;
    this.#descriptor = openSync(this.path, 'ax', 0o640);
    this.#descriptors.push(this.#descriptor);
    this.#inode = fstatSync(this.#descriptor).ino;
  }

  /** One write at the end of the file; returns how many bytes it took. `size` is the caller's to move on. */
  write(bytes: Buffer): number {
    return this.#disk.write(this.#descriptor, bytes);
  }

  /**
   * False when the folder was removed or renamed: another process has taken it over, or somebody has tidied up. Asked after a
   * write and before it is acknowledged, because whoever renames a folder reads it to its end afterwards.
   */
  isInPlace(): boolean {
    try {
      return statSync(this.path, { throwIfNoEntry: false })?.ino === this.#inode;
    } catch {
      return false;
    }
  }

  cutBack(size: number): void {
    this.#disk.truncate(this.#descriptor, size);
    this.size = size;
  }

  sync(): void {
    const { size } = this;
    if (this.synced === size) return;
    this.#disk.datasync(this.#descriptor);
    this.synced = size;
  }

  /** As `sync`, on a thread of the system's. `done` gets the error, later. The file may be closed meanwhile. */
  syncLater(done: (error: Error | null) => void): void {
    const { size } = this;
    this.#syncing++;
    const ended = (error: Error | null): void => {
      this.#syncing--;
      if (!error) this.synced = Math.max(this.synced, size);
      // nothing is synced again on a descriptor that has told of an error
      else this.#background = undefined;
      if (this.#closing) this.close();
      // what `sync` has put on disk meanwhile is there: it would have been told the same
      done(error && this.synced < size ? error : null);
    };
    const descriptor = this.#forBackground();
    if (descriptor !== undefined) this.#disk.datasyncLater(descriptor, ended);
    else nextTick(() => ended(this.#errorOfSync()));
  }

  /** Undefined where the process may open no further file, or this one has another name now. */
  #forBackground(): number | undefined {
    try {
      if (this.#background === undefined) {
        this.#background = openSync(this.path, 'r+');
        this.#descriptors.push(this.#background);
      }
    } catch {
      // `sync` needs none
    }
    return this.#background;
  }

  #errorOfSync(): Error | null {
    try {
      this.sync();
      return null;
    } catch (error) {
      return error as Error;
    }
  }

  /** Lets go of the file, when a sync under way has ended. Never throws. */
  close(): void {
    this.#closing = true;
    if (this.#syncing > 0) return;
    for (const descriptor of this.#descriptors.splice(0)) {
      try {
        closeSync(descriptor);
      } catch {
        // the descriptor is gone either way
      }
    }
  }
}

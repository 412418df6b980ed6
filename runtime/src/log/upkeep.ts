import { statSync } from 'node:fs';
import type { OutletLogStats } from '../deliver/outlet.ts';
import { say } from '../diagnostics/say.ts';
import { readCursor } from './cursor.ts';
import { segmentPath } from './layout.ts';
import type { Owner } from './owner.ts';
import { Quota } from './quota.ts';
import { dropOldest, dropSegment, eventsIn, type OldSegment, oldSegments } from './retention.ts';
import type { LogWriter } from './writer.ts';

export interface UpkeepOptions {
  readonly dir: string;
  readonly role: Owner['role'];
  /** Largest size of `dir`, bytes. */
  readonly maxBytes: number;
  /** Age after which a store drops segments, ms; 0 keeps them. */
  readonly maxAgeMs: number;
  /** What a spool keeps for itself, whatever else fills the folder. */
  readonly shareBytes: number;
}

/** While the folder is full and nothing can be deleted, it is tried again after so long, ms. */
const FRUITLESS_MS = 250;

/**
 * Keeps a log folder within its bounds. A store loses its oldest segments; a spool loses nothing but refuses the newest
 * events, as long as too many have not arrived. Nothing here throws.
 */
export class Upkeep {
  readonly #options: UpkeepOptions;
  readonly #quota: Quota;
  /** Events refused because the quota was reached. */
  #refused = 0;
  #droppedBySize = 0;
  #droppedByAge = 0;
  #fruitlessUntil = 0;
  /** Events of segments this process has sealed, so that they need not be counted again. */
  readonly #counted: Map<string, number> = new Map();
  /** A wall clock that nobody sets forward: a jump must not drop everything at once. */
  readonly #wall: number = Date.now();
  readonly #monotonic: number = performance.now();

  constructor(options: UpkeepOptions) {
    this.#options = options;
    this.#quota = new Quota(options.dir, options.maxBytes);
  }

  noteSealed(folder: string, segment: number, events: number): void {
    if (this.#options.role === 'store') this.#counted.set(segmentPath(folder, segment), events);
  }

  stats(own: string | undefined): OutletLogStats {
    const { bytes, segments, oldest } = this.#quota.usage(own);
    return {
      bytes,
      maxBytes: this.#options.maxBytes,
      segments,
      oldestMs: oldest === undefined ? 0 : Math.max(0, Math.round(Date.now() - oldest)),
      refused: this.#refused,
      droppedBySize: this.#droppedBySize,
      droppedByAge: this.#droppedByAge,
    };
  }

  /**
   * Whether a spool has to refuse so many events. It always takes a segment of its own, so that recording never stops for good.
   * @param seal seals the open segment: it can be deleted then although no further event comes; must not throw
   */
  refuses(events: number, bytes: number, writer: LogWriter | undefined, seal: () => void): boolean {
    const { dir, role, shareBytes, maxBytes } = this.#options;
    if (role !== 'spool' || !this.#quota.isOver(writer?.folder, bytes)) return false;
    const now = performance.now();
    if (writer && now >= this.#fruitlessUntil) {
      this.#fruitlessUntil = now + FRUITLESS_MS;
      seal();
      this.#dropArrived(writer);
      this.#quota.measure(writer.folder);
    }
    const usage = this.#quota.usage(writer?.folder);
    if (usage.bytes + bytes <= maxBytes || usage.ownBytes + bytes <= shareBytes) return false;
    this.#refused += events;
    const advice = 'raise log.maxBytes (PANOPTIC_LOG_MAX_BYTES), or ship what lies there and remove dead letters';
    say('PAN6313', `${dir} is full and ${this.#refused} new events were refused so far: ${advice}.`, dir);
    return true;
  }

  /** So many bytes were written: a store drops what is now too much. */
  written(bytes: number, writer: LogWriter): void {
    this.#quota.add(bytes);
    const now = performance.now();
    if (this.#options.role !== 'store' || now < this.#fruitlessUntil || !this.#quota.isOver(writer.folder, 0)) return;
    let over = this.#quota.measure(writer.folder).bytes - this.#options.maxBytes;
    const before = this.#droppedBySize;
    this.#droppedBySize += this.#drop(writer, (segment) => {
      if (over <= 0) return false;
      over -= segment.bytes;
      return true;
    });
    this.#quota.measure(writer.folder);
    if (this.#droppedBySize === before) this.#fruitlessUntil = now + FRUITLESS_MS;
    else {
      const { dir } = this.#options;
      const advice = 'raise log.maxBytes (PANOPTIC_LOG_MAX_BYTES) to keep more, or choose a database as transport';
      say(
        'PAN6314',
        `${dir} is full and its ${this.#droppedBySize} oldest events were deleted so far: ${advice}.`,
        dir,
      );
    }
  }

  /** Drops segments of stores whose newest event is too old. */
  dropOld(writer: LogWriter | undefined): void {
    const { maxAgeMs, role } = this.#options;
    if (role !== 'store' || maxAgeMs <= 0) return;
    const now = Math.min(Date.now(), this.#wall + performance.now() - this.#monotonic);
    this.#droppedByAge += this.#drop(writer, ({ written }) => now - written > maxAgeMs);
  }

  /** Deletes sealed segments of the own spool that have arrived whole, by the cursor on disk. */
  #dropArrived(writer: LogWriter): void {
    try {
      const cursor = readCursor(writer.folder);
      const hasArrived = (segment: number): boolean =>
        segment < cursor.segment ||
        (segment === cursor.segment && cursor.offset >= statSync(segmentPath(writer.folder, segment)).size);
      dropOldest(writer.folder, (segment) => hasArrived(segment) && writer.isSealed(segment));
    } catch {
      // tried again with later events
    }
  }

  /** Drops from the oldest on, as long as it is too much; returns the number of events. */
  #drop(writer: LogWriter | undefined, isTooMuch: (segment: OldSegment) => boolean): number {
    const { dir } = this.#options;
    let events = 0;
    try {
      for (const old of oldSegments(dir, writer?.folder, (segment) => writer?.isSealed(segment) ?? true)) {
        if (!isTooMuch(old)) break;
        const file = segmentPath(old.folder, old.segment);
        const counted = this.#counted.get(file) ?? eventsIn(old);
        dropSegment(old, writer?.folder);
        this.#counted.delete(file);
        events += counted;
      }
    } catch (error) {
      say('PAN6315', `${dir} keeps more than it should: ${(error as Error).message}.`, dir);
    }
    return events;
  }
}

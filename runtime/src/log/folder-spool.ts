import { existsSync } from 'node:fs';
import { say } from '../diagnostics/say.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { removeFolder } from './durable.ts';
import { type LogGap, type LogRecord, type Position, readFolder, START } from './folder-reader.ts';
import { InFlight, type Limit, type Portion } from './in-flight.ts';
import { releaseLease } from './lease.ts';
import { nameGap, quarantine } from './repair.ts';
import { dropOldest } from './retention.ts';
import type { Spool } from './spool.ts';
import { isBefore, type Tail } from './tail.ts';

export interface FolderSpoolOptions {
  /** Asked before a segment is deleted. */
  readonly isSealed: (segment: number) => boolean;
  /** Somebody may still write to the folder. */
  readonly live: boolean;
  /** What was written last, where this process writes the folder. */
  readonly tail?: Tail;
  /** Longest time in which a cursor may lag behind while events arrive, ms. Default 1000. */
  readonly cursorMs?: number;
}

/** One owner's folder as a spool: what lies behind its cursor. Segments that have arrived whole are deleted. */
export class FolderSpool implements Spool {
  readonly folder: string;
  /** Events of this folder that have arrived. */
  arrived = 0;
  readonly #options: FolderSpoolOptions;
  readonly #inFlight: InFlight = new InFlight(false);
  #reading: Generator<LogRecord, void> | undefined;
  #readTo: Position;
  #arrivedTo: Position;
  #noted: Position;
  /** The last place before which records are missing. */
  #namedTo: Position = START;
  #notedAt = 0;

  constructor(folder: string, options: FolderSpoolOptions) {
    this.folder = folder;
    this.#options = options;
    this.#readTo = this.#arrivedTo = this.#noted = readCursor(folder);
  }

  /** Throws the system's error where nothing more can be read; what was read before is given first. */
  take(limit: Limit): Portion {
    let problem: unknown;
    try {
      while (this.#inFlight.wants(limit) && this.#read());
    } catch (error) {
      problem = error;
    }
    const portion = this.#inFlight.take(limit);
    if (problem !== undefined && portion.length === 0) throw problem;
    return portion;
  }

  settle(portion: Portion, arrived: boolean): void {
    const done = this.#inFlight.settle(portion, arrived);
    if (arrived) this.arrived += portion.length;
    this.#arrivedTo = done.findLast((after) => after !== undefined) ?? this.#arrivedTo;
    const { cursorMs = 1000 } = this.#options;
    const leftSegment = this.#arrivedTo.segment > this.#noted.segment;
    if (leftSegment || performance.now() - this.#notedAt >= cursorMs) this.noteCursor();
  }

  /**
   * Notes how far events have arrived and deletes segments that are behind. A cursor that lags sends some events again,
   * with the same ids: it is synced where a segment can go, now and then, and at rest. Never throws.
   */
  noteCursor(): void {
    if (!isBefore(this.#noted, this.#arrivedTo)) return;
    this.#notedAt = performance.now();
    try {
      writeCursor(this.folder, this.#arrivedTo);
      this.#noted = this.#arrivedTo;
      dropOldest(this.folder, (segment) => segment < this.#arrivedTo.segment && this.#options.isSealed(segment));
    } catch (error) {
      // another process has taken the folder over
      if (!existsSync(this.folder)) return;
      say('PAN6321', `${this.folder} keeps events that have arrived: ${(error as Error).message}.`, this.folder);
    }
  }

  /** Removes the folder; to be called when it is empty. Never throws: what stays is empty, and is found again. */
  remove(): void {
    releaseLease(this.folder);
    try {
      removeFolder(this.folder);
    } catch (error) {
      say('PAN6321', `${this.folder} is empty and could not be removed: ${(error as Error).message}.`, this.folder);
    }
  }

  /** True when every event in the folder has arrived. */
  isEmpty(): boolean {
    return this.#inFlight.length === 0 && !this.#read();
  }

  /** Adds what comes next; false when there is nothing. */
  #read(): boolean {
    const { tail, live } = this.#options;
    const fresh = tail?.take(this.#readTo);
    if (fresh) {
      this.#reading = undefined;
      for (const shipment of fresh) this.#add(shipment.entry, shipment.after);
      return true;
    }
    if (tail && !isBefore(this.#readTo, tail.end)) return false;
    const isNew = this.#reading === undefined;
    this.#reading ??= readFolder(this.folder, {
      from: this.#readTo,
      live,
      // the segment will be deleted, and nothing of it may vanish unseen
      onProblem: quarantine,
      onGap: (gap) => this.#nameOnce(gap),
    });
    const next = this.#reading.next();
    if (next.done) {
      this.#reading = undefined;
      // what was written since that reading began is another one's
      if (!isNew) return this.#read();
      if (!tail || !isBefore(this.#readTo, tail.start)) return false;
      // somebody has removed what lay between
      this.#readTo = tail.start;
      return this.#read();
    }
    const { ns, doc, after } = next.value;
    this.#add({ ns, doc }, after);
    return true;
  }

  /** Where no event follows, the same place is read again. */
  #nameOnce(gap: LogGap): void {
    if (!isBefore(this.#namedTo, gap)) return;
    this.#namedTo = gap;
    nameGap(gap);
  }

  #add(entry: { ns: string; doc: Uint8Array }, after: Position | undefined): void {
    this.#inFlight.add({ entry, after });
    this.#readTo = after ?? this.#readTo;
  }
}

import { existsSync, rmSync } from 'node:fs';
import { say } from '../diagnostics/say.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { type LogRecord, type Position, readFolder } from './folder-reader.ts';
import { segmentPath, segmentsOf } from './layout.ts';
import { quarantine } from './repair.ts';
import type { Spool } from './spool.ts';

/** One owner's folder as a spool: what lies behind its cursor. Segments that have arrived whole are deleted. */
export class FolderSpool implements Spool {
  readonly folder: string;
  /** Events of this folder that have arrived. */
  arrived = 0;
  readonly #isSealed: (segment: number) => boolean;
  readonly #live: boolean;
  readonly #read: LogRecord[] = [];
  #reading: Generator<LogRecord, void> | undefined;
  #readTo: Position;
  #arrivedTo: Position;

  /** `isSealed` is asked before a segment is deleted; `live` says that somebody may still write to the folder. */
  constructor(folder: string, { isSealed, live }: { isSealed: (segment: number) => boolean; live: boolean }) {
    this.folder = folder;
    this.#isSealed = isSealed;
    this.#live = live;
    this.#readTo = this.#arrivedTo = readCursor(folder);
  }

  peek(max: number): readonly LogRecord[] {
    while (this.#read.length < max) {
      this.#reading ??= readFolder(this.folder, {
        from: this.#readTo,
        live: this.#live,
        // the segment will be deleted, and nothing of it may vanish unseen
        onProblem: quarantine,
      });
      const next = this.#reading.next();
      if (next.done) {
        this.#reading = undefined;
        break;
      }
      this.#read.push(next.value);
      this.#readTo = next.value.after;
    }
    return this.#read.slice(0, max);
  }

  settle(count: number): void {
    const last = this.#read.splice(0, count).at(-1);
    if (!last) return;
    this.arrived += count;
    const before = this.#arrivedTo.segment;
    this.#arrivedTo = last.after;
    // A cursor that lags ships some events twice, which changes nothing: it is synced where a segment can go, and at rest.
    if (this.#arrivedTo.segment === before && this.#read.length > 0) return;
    try {
      writeCursor(this.folder, this.#arrivedTo);
      for (const segment of segmentsOf(this.folder)) {
        if (segment >= this.#arrivedTo.segment || !this.#isSealed(segment)) break;
        rmSync(segmentPath(this.folder, segment), { force: true });
      }
    } catch (error) {
      // another process has taken the folder over
      if (!existsSync(this.folder)) return;
      say('PAN6321', `${this.folder} keeps events that have arrived: ${(error as Error).message}.`, this.folder);
    }
  }

  /** Removes the folder; to be called when it is empty. Never throws: what stays is empty, and is found again. */
  remove(): void {
    try {
      rmSync(this.folder, { recursive: true, force: true });
    } catch (error) {
      say('PAN6321', `${this.folder} is empty and could not be removed: ${(error as Error).message}.`, this.folder);
    }
  }

  /** True when every event in the folder has arrived. */
  isEmpty(): boolean {
    return this.peek(1).length === 0;
  }
}

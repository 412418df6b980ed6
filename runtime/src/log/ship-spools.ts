import { say } from '../diagnostics/say.ts';
import { type Adopted, adoptInSteps } from './adopt.ts';
import type { EventLog } from './event-log.ts';
import { type Position, START } from './folder-reader.ts';
import { FolderSpool } from './folder-spool.ts';
import { ownOwner } from './owner.ts';
import type { Entry } from './record.ts';
import { MemorySpool, type Spool } from './spool.ts';
import { Tail } from './tail.ts';

/** Time after which dead processes are looked for again, ms. */
const ADOPT_MS = 60_000;

/** Time for which a folder is left alone that could not be read, ms. */
const UNREADABLE_MS = 60_000;

/** Longest time spent on that without a turn of the event loop, ms. */
const SLICE_MS = 10;

/** Everything of a log folder that this process has to ship: its own events, in files and in memory, and those of dead processes. */
export class ShipSpools {
  readonly #dir: string | undefined;
  readonly #log: EventLog;
  readonly #memory: MemorySpool;
  #own: { readonly spool: FolderSpool; readonly tail: Tail; written: number } | undefined;
  readonly #orphans: FolderSpool[] = [];
  /** Until when an orphan is left alone. */
  readonly #unreadable: WeakMap<FolderSpool, number> = new WeakMap();
  #adoptedAt = Number.NEGATIVE_INFINITY;
  /** The look for dead processes that is not at its end. */
  #adopting: Generator<Adopted | undefined, void> | undefined;
  /** Taken over from dead threads of this process. */
  readonly #ofThisProcess: Set<FolderSpool> = new Set();
  /** The latest look for dead processes has come to its end. */
  #hasLooked = false;
  #arrivedOfGone = 0;
  /** Events in folders of this process that were closed before all had arrived: from then on they are adopted like others. */
  #leftBehind = 0;

  constructor(dir: string | undefined, log: EventLog) {
    this.#dir = dir;
    this.#log = log;
    this.#memory = new MemorySpool(log, dir !== undefined);
  }

  /** What was written to the folder of this process, from the moment at which it was written. */
  written(folder: string, entries: readonly Entry[], after: Position): void {
    if (this.#own?.spool.folder !== folder) this.#begin(folder);
    if (!this.#own) return;
    this.#own.tail.push(entries, after);
    this.#own.written += entries.length;
  }

  /** Events of this process, oldest first. */
  *own(): Generator<Spool, void> {
    if (this.#own) yield this.#own.spool;
    yield this.#memory;
  }

  /**
   * Events of dead processes: they have waited long enough. Those that have been emptied go. Others are taken over one by one,
   * when those before give nothing more, in slices: `isLooking` says that the next call may give more.
   */
  *left(): Generator<Spool, void> {
    this.#look();
    for (const orphan of [...this.#orphans]) yield* this.#emptied(orphan);
    const end = performance.now() + SLICE_MS;
    while (this.#adopting !== undefined && performance.now() < end) {
      const { done, value: adopted } = this.#adopting.next();
      if (done) {
        this.#adopting = undefined;
        this.#hasLooked = true;
      }
      if (!adopted) continue;
      const orphan = new FolderSpool(adopted.folder, { isSealed: () => true, live: false });
      this.#orphans.push(orphan);
      if (adopted.isOfThisProcess) this.#ofThisProcess.add(orphan);
      yield* this.#emptied(orphan);
    }
  }

  /** There may be folders of dead processes that nobody has looked at yet. */
  get isLooking(): boolean {
    return this.#adopting !== undefined;
  }

  /** True until all that dead threads of this process have left has arrived. */
  get isTakingOver(): boolean {
    return !this.#hasLooked || this.#ofThisProcess.size > 0;
  }

  /** A thread of this process has died: what it has left is looked for at once. */
  takeOver(): void {
    this.#adoptedAt = Number.NEGATIVE_INFINITY;
    this.#adopting = undefined;
    this.#hasLooked = false;
  }

  /** Events of dead processes that have arrived, less those of this process that it has left behind itself. */
  get adopted(): number {
    return this.#orphans.reduce((sum, { arrived }) => sum + arrived, this.#arrivedOfGone - this.#leftBehind);
  }

  /** The log is closed, and whoever comes next may take what is left: another process, or this one. */
  letGo(): void {
    for (const orphan of [...this.#orphans]) this.#forget(orphan);
    this.#adoptedAt = Number.NEGATIVE_INFINITY;
    this.#adopting = undefined;
  }

  /** For a moment of rest: what has arrived is noted. */
  noteCursors(): void {
    for (const spool of [...this.#orphans, ...(this.#own ? [this.#own.spool] : [])]) spool.noteCursor();
  }

  /** True when all events of the own folder have arrived. */
  isOwnEmpty(): boolean {
    return this.#own?.spool.isEmpty() ?? true;
  }

  #forget(orphan: FolderSpool): void {
    this.#arrivedOfGone += orphan.arrived;
    this.#ofThisProcess.delete(orphan);
    this.#orphans.splice(this.#orphans.indexOf(orphan), 1);
  }

  #begin(folder: string): void {
    if (this.#own) this.#leftBehind += this.#own.written - this.#own.spool.arrived;
    const tail = new Tail(START);
    const isSealed = (segment: number): boolean => this.#log.isSealed(segment);
    this.#own = { tail, spool: new FolderSpool(folder, { isSealed, live: true, tail }), written: 0 };
    // the folder before this one is closed now
    this.#adoptedAt = Number.NEGATIVE_INFINITY;
  }

  #look(): void {
    const now = performance.now();
    if (this.#dir === undefined || this.#adopting || now - this.#adoptedAt < ADOPT_MS) return;
    this.#adoptedAt = now;
    this.#adopting = adoptInSteps(this.#dir, ownOwner('spool'));
  }

  *#emptied(orphan: FolderSpool): Generator<Spool, void> {
    if (performance.now() < (this.#unreadable.get(orphan) ?? 0)) return;
    yield {
      take: (limit) => this.#tryToRead(orphan, () => orphan.take(limit)) ?? [],
      settle: (portion, arrived) => orphan.settle(portion, arrived),
    };
    if (this.#tryToRead(orphan, () => orphan.isEmpty()) !== true) return;
    orphan.remove();
    this.#forget(orphan);
  }

  /** One folder on a bad place of a disk must not hold up the others. */
  #tryToRead<T>(orphan: FolderSpool, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.#unreadable.set(orphan, performance.now() + UNREADABLE_MS);
      const { folder } = orphan;
      say('PAN6322', `${folder} cannot be read: ${(error as Error).message}. Its events wait there.`, folder);
      return undefined;
    }
  }
}

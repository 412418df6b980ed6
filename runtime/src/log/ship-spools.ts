import { adoptOrphans } from './adopt.ts';
import type { EventLog } from './event-log.ts';
import { FolderSpool } from './folder-spool.ts';
import { ownOwner } from './owner.ts';
import { MemorySpool, type Spool } from './spool.ts';

/** Everything of a log folder that this process has to ship: its own events, in files and in memory, and those of dead processes. */
export class ShipSpools {
  readonly #dir: string | undefined;
  readonly #log: EventLog;
  readonly #memory: MemorySpool;
  #own: FolderSpool | undefined;
  #orphans: FolderSpool[] | undefined;

  #arrivedOfGone = 0;

  constructor(dir: string | undefined, log: EventLog) {
    this.#dir = dir;
    this.#log = log;
    this.#memory = new MemorySpool(log);
  }

  *[Symbol.iterator](): Generator<Spool, void> {
    const own = this.#ownSpool();
    if (own) yield own;
    yield this.#memory;
    this.#orphans ??= this.#adopt();
    for (const orphan of [...this.#orphans]) {
      yield orphan;
      if (!orphan.isEmpty()) continue;
      orphan.remove();
      this.#arrivedOfGone += orphan.arrived;
      this.#orphans.splice(this.#orphans.indexOf(orphan), 1);
    }
  }

  /** Events of dead processes that have arrived. */
  get adopted(): number {
    return (this.#orphans ?? []).reduce((sum, { arrived }) => sum + arrived, this.#arrivedOfGone);
  }

  /** True when all events of the own folder have arrived. */
  isOwnEmpty(): boolean {
    return this.#ownSpool()?.isEmpty() ?? true;
  }

  #ownSpool(): FolderSpool | undefined {
    const { folder } = this.#log;
    if (folder !== this.#own?.folder) {
      const isSealed = (segment: number): boolean => this.#log.isSealed(segment);
      this.#own = folder === undefined ? undefined : new FolderSpool(folder, { isSealed, live: true });
    }
    return this.#own;
  }

  #adopt(): FolderSpool[] {
    if (this.#dir === undefined) return [];
    const folders = adoptOrphans(this.#dir, ownOwner('spool'));
    return folders.map((folder) => new FolderSpool(folder, { isSealed: () => true, live: false }));
  }
}

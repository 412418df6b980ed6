import type { Acknowledgements } from './acknowledgements.ts';
import type { WaitingEntry } from './waiting-room.ts';
import type { LogWriter } from './writer.ts';

/** Events that were written and may not survive a power cut yet, oldest first: for the acknowledgement level `disk`. */
export class Unsynced {
  readonly #acknowledgements: Acknowledgements;
  #entries: WaitingEntry[] = [];
  /** Changes when events are taken back: a sync that began before says nothing about those that follow. */
  #generation = 0;
  /** Events that have ever left, so that a sync knows which of them it found. */
  #left = 0;
  #syncing = false;
  bytes = 0;

  constructor(acknowledgements: Acknowledgements) {
    this.#acknowledgements = acknowledgements;
  }

  get length(): number {
    return this.#entries.length;
  }

  add(entries: readonly WaitingEntry[]): void {
    for (const entry of entries) {
      this.#entries.push(entry);
      this.bytes += entry.doc.length;
    }
  }

  /** All of them are on disk. */
  synced(): void {
    this.#safe(this.#entries.length);
  }

  /** After a sync that failed: they have to be written again. */
  takeBack(): readonly WaitingEntry[] {
    const entries = this.#entries;
    this.#generation++;
    this.#entries = [];
    this.bytes = 0;
    return entries;
  }

  /** Syncs in the background what is here now, unless a sync is under way. `done` gets the error. */
  syncWith(writer: LogWriter | undefined, done: (error: Error | null) => void): void {
    if (this.#syncing || this.#entries.length === 0 || writer === undefined) return;
    const upTo = this.#left + this.#entries.length;
    const generation = this.#generation;
    this.#syncing = true;
    writer.syncLater((error) => {
      this.#syncing = false;
      const current = generation === this.#generation;
      if (current && !error) this.#safe(upTo - this.#left);
      done(current ? error : null);
    });
  }

  #safe(count: number): void {
    if (count <= 0) return;
    const safe = this.#entries.splice(0, count);
    this.#left += safe.length;
    for (const { doc } of safe) this.bytes -= doc.length;
    this.#acknowledgements.safe(safe);
    this.#acknowledgements.settle();
  }
}

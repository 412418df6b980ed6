import type { Entry } from './record.ts';

/** Events that are in no file yet, oldest first. Bounded by bytes: beyond that the newest are refused. */
export class WaitingRoom {
  readonly #maxBytes: number;
  readonly #entries: Entry[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get length(): number {
    return this.#entries.length;
  }

  push(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#entries.push(entry);
      this.#bytes += entry.doc.length;
    }
  }

  /** The oldest, without taking them out. */
  oldest(count: number): readonly Entry[] {
    return this.#entries.slice(0, count);
  }

  /** Takes the oldest out. */
  remove(count: number): void {
    for (const entry of this.#entries.splice(0, count)) this.#bytes -= entry.doc.length;
  }

  /** Refuses the newest until the bound is kept; the oldest `held` stay. Returns how many were refused. */
  shed(held: number): number {
    let refused = 0;
    while (this.#bytes > this.#maxBytes && this.#entries.length > held) {
      this.#bytes -= this.#entries.pop()?.doc.length ?? 0;
      refused++;
    }
    return refused;
  }
}

import { now } from '../instrument/clock.ts';

/** An event on its way. */
export interface Entry {
  /** The `_id`, fixed when it was made: sent twice, it is stored once. */
  readonly id: string;
  readonly json: string;
  /** In UTF-8. */
  readonly bytes: number;
}

interface Waiting extends Entry {
  readonly serial: number;
  /** Monotonic time until which somebody is sending it, ms. */
  claimedUntil: number;
}

/** What is sent at once. */
export interface Limit {
  readonly events: number;
  readonly bytes: number;
}

/**
 * Events that nobody has taken yet, oldest first, up to a bound. Who sends some claims them for a time, and not for good: at
 * an edge an invocation may be gone before its request has ended, and another one sends them then.
 */
export class Outbox {
  readonly #waiting: Map<string, Waiting> = new Map();
  #serial = 0;

  get length(): number {
    return this.#waiting.size;
  }

  /** Number of the event that was added last. */
  get newest(): number {
    return this.#serial;
  }

  /** Takes what has room; gives how many had none. */
  add(entries: readonly Entry[], room: number): number {
    for (const [index, entry] of entries.entries()) {
      if (this.#waiting.size >= room) return entries.length - index;
      this.#waiting.set(entry.id, { ...entry, serial: ++this.#serial, claimedUntil: 0 });
    }
    return 0;
  }

  /** Claims the oldest events that nobody sends, at least one if there is any. */
  claim(limit: Limit, forMs: number): Entry[] {
    const time = now();
    const claimed: Entry[] = [];
    let bytes = 0;
    for (const entry of this.#waiting.values()) {
      if (entry.claimedUntil > time) continue;
      bytes += entry.bytes + 1;
      if (claimed.length >= limit.events || (claimed.length > 0 && bytes > limit.bytes)) break;
      entry.claimedUntil = time + forMs;
      claimed.push(entry);
    }
    return claimed;
  }

  /** They have not arrived, and are there to be claimed. */
  release(entries: Iterable<Entry>): void {
    for (const { id } of entries) {
      const entry = this.#waiting.get(id);
      if (entry !== undefined) entry.claimedUntil = 0;
    }
  }

  /** They have arrived, or never will. */
  settle(entries: readonly Entry[]): void {
    for (const { id } of entries) this.#waiting.delete(id);
  }

  /** Whether an event up to that number is still there. */
  holdsUpTo(serial: number): boolean {
    for (const entry of this.#waiting.values()) return entry.serial <= serial;
    return false;
  }
}

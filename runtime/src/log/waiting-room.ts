import type { FrozenEvent } from '../deliver/transport.ts';
import type { Acknowledgements, Ticket } from './acknowledgements.ts';
import type { Entry } from './record.ts';

/** An event that is not safe yet. */
export interface WaitingEntry extends Entry {
  readonly ticket: Ticket;
}

/** Events that are in no file yet, oldest first. Bounded by bytes: beyond that the newest are refused. */
export class WaitingRoom {
  readonly #maxBytes: number;
  readonly #acknowledgements: Acknowledgements;
  readonly #entries: WaitingEntry[] = [];
  #bytes = 0;

  constructor(maxBytes: number, acknowledgements: Acknowledgements) {
    this.#maxBytes = maxBytes;
    this.#acknowledgements = acknowledgements;
  }

  get length(): number {
    return this.#entries.length;
  }

  push(events: readonly FrozenEvent[], ticket: Ticket): void {
    let previous: FrozenEvent | undefined;
    let ns = '';
    for (const event of events) {
      const { database, collection, doc, shared } = event;
      if (previous?.database !== database || previous.collection !== collection) ns = `${database}.${collection}`;
      previous = event;
      this.#entries.push({ ns, doc, shared, ticket });
      this.#bytes += doc.length;
    }
  }

  /** Puts events back that are older than all others but the `held` oldest. */
  putBack(entries: readonly WaitingEntry[], held: number): void {
    this.#entries.splice(held, 0, ...entries);
    for (const { doc } of entries) this.#bytes += doc.length;
  }

  /** The oldest, without taking them out; fewer where they are large, but one at least. */
  oldest(count: number, maxBytes: number = Number.POSITIVE_INFINITY): readonly WaitingEntry[] {
    if (maxBytes >= this.#bytes) return this.#entries.slice(0, count);
    let bytes = 0;
    const last = this.#entries.findIndex(({ doc }, index) => index > 0 && (bytes += doc.length) > maxBytes);
    return this.#entries.slice(0, last === -1 ? count : Math.min(count, last));
  }

  /** Takes the oldest out, which are safe elsewhere. */
  remove(count: number): void {
    this.#acknowledgements.safe(this.take(count));
    this.#acknowledgements.settle();
  }

  /** Takes the oldest out, which somebody else now sees to. */
  take(count: number): WaitingEntry[] {
    const taken = this.#entries.splice(0, count);
    for (const { doc } of taken) this.#bytes -= doc.length;
    return taken;
  }

  /** Refuses the newest until the bound is kept; the oldest `held` stay. Returns how many were refused. */
  shed(held: number): number {
    let refused = 0;
    while (this.#bytes > this.#maxBytes && this.#entries.length > held) {
      const last = this.#entries.pop();
      if (last === undefined) break;
      this.#bytes -= last.doc.length;
      this.#acknowledgements.lose(last);
      refused++;
    }
    return refused;
  }
}

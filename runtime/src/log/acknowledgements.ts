import { eventIdOf } from '../deliver/frozen-event.ts';
import type { Acknowledge } from '../deliver/outlet.ts';

/** The events of one append on their way to being safe. */
export interface Ticket {
  /** Events that are neither safe nor lost yet. */
  left: number;
  /** The `_id` of each that is lost. */
  readonly lost: string[];
  readonly acknowledged: Acknowledge | undefined;
}

interface Ticketed {
  readonly ticket: Ticket;
  readonly doc: Uint8Array;
}

/** Calls back for each append when its events are safe or lost, in the order of the appends. */
export class Acknowledgements {
  #queue: Ticket[] = [];
  #givenUp: WeakSet<object> | undefined;

  begin(events: number, acknowledged: Acknowledge | undefined): Ticket {
    const ticket: Ticket = { left: events, lost: [], acknowledged };
    this.#queue.push(ticket);
    return ticket;
  }

  /** Counts the events as safe, but for those that were given up; `settle` calls back. */
  safe(events: Iterable<Ticketed>): void {
    for (const event of events) {
      if (this.#givenUp?.delete(event)) this.lose(event);
      else event.ticket.left--;
    }
  }

  /** An event that will leave memory without having arrived. */
  giveUp(event: object): void {
    this.#givenUp ??= new WeakSet();
    this.#givenUp.add(event);
  }

  /** Counts an event as lost. */
  lose({ ticket, doc }: Ticketed): void {
    ticket.left--;
    ticket.lost.push(eventIdOf(doc));
  }

  settle(): void {
    let done = 0;
    while (this.#queue[done]?.left === 0) done++;
    // taken out first: who is called back may append
    for (const { acknowledged, lost } of this.#queue.splice(0, done)) acknowledged?.(lost);
  }
}

/** The events of one append on their way to being safe. */
export interface Ticket {
  /** Events that are not safe yet. */
  left: number;
  readonly acknowledged: (() => void) | undefined;
}

/** Calls back for each append when its events are safe, in the order of the appends. */
export class Acknowledgements {
  #queue: Ticket[] = [];

  begin(events: number, acknowledged: (() => void) | undefined): Ticket {
    const ticket: Ticket = { left: events, acknowledged };
    this.#queue.push(ticket);
    return ticket;
  }

  /** Counts the events as safe; `settle` calls back. */
  safe(events: Iterable<{ readonly ticket: Ticket }>): void {
    for (const { ticket } of events) ticket.left--;
  }

  settle(): void {
    let done = 0;
    while (this.#queue[done]?.left === 0) done++;
    // taken out first: who is called back may append
    for (const { acknowledged } of this.#queue.splice(0, done)) acknowledged?.();
  }
}

import type { BillingEvent } from '../event/billing-event.ts';
import type { Entry } from './outbox.ts';

const MAX_EVENTS = 10_000;

/** The newest events, for tests. */
export class MemoryList {
  #entries: Entry[] = [];

  add(entries: readonly Entry[]): void {
    this.#entries = [...this.#entries, ...entries].slice(-MAX_EVENTS);
  }

  get events(): BillingEvent[] {
    return this.#entries.map(({ json }) => JSON.parse(json) as BillingEvent);
  }

  clear(): void {
    this.#entries = [];
  }
}

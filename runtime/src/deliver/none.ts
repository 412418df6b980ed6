import type { FrozenEvent, Transport, TransportStats } from './transport.ts';

/** Counts events and throws them away: everything up to the destination runs, for measurements. */
export class NoTransport implements Transport {
  readonly name: string = 'none';
  readonly destination: string = 'nowhere';
  #accepted = 0;

  append(events: readonly FrozenEvent[]): void {
    this.#accepted += events.length;
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {}

  closeSync(): void {}

  stats(): TransportStats {
    return { accepted: this.#accepted, delivered: this.#accepted, dropped: 0, pending: 0, failures: 0 };
  }
}

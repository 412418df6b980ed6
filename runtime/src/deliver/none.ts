import type { Acknowledge, Outlet, OutletStats } from './outlet.ts';
import type { FrozenEvent } from './transport.ts';

/** Counts events and throws them away: everything up to the destination runs, for measurements. */
export class NoOutlet implements Outlet {
  readonly name: string = 'none';
  readonly destination: string = 'nowhere';
  #accepted = 0;

  append(events: readonly FrozenEvent[], acknowledged?: Acknowledge): void {
    acknowledged?.([]);
    this.#accepted += events.length;
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {}

  closeSync(): void {}

  stats(): OutletStats {
    return { accepted: this.#accepted, delivered: this.#accepted, dropped: 0, pending: 0, failures: 0 };
  }
}

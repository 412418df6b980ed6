import type { Acknowledge } from '../outlet.ts';
import type { FrozenEvent } from '../transport.ts';
import { standingAlone } from './ingress.ts';
import type { ToWorker } from './protocol.ts';

/** Events that were handed over together, and become safe together. */
export interface Lot {
  readonly events: readonly FrozenEvent[];
  /** A worker that died has had them: some may be in the log. */
  readonly again: boolean;
  readonly acknowledged: Acknowledge;
}

/** Events that were final when they came, and that a worker has to make safe; oldest first. */
export class HeldEvents {
  /** Events that the worker has made safe since the process began. */
  safe = 0;
  readonly #lots: Map<number, Lot> = new Map();
  readonly #posted: Set<number> = new Set();
  #seq = 0;

  /** Number of the latest lot. */
  get latest(): number {
    return this.#seq;
  }

  get events(): number {
    let events = 0;
    for (const lot of this.#lots.values()) events += lot.events.length;
    return events;
  }

  add(events: readonly FrozenEvent[], acknowledged: Acknowledge): void {
    this.#lots.set(++this.#seq, { events: events.map(standingAlone), again: false, acknowledged });
  }

  /** Messages with what the worker has not been told of; they count as posted. */
  *unposted(): Generator<ToWorker> {
    for (const [seq, { events, again }] of this.#lots) {
      if (this.#posted.has(seq)) continue;
      this.#posted.add(seq);
      yield { type: 'append', seq, again, events };
    }
  }

  /** They are safe, but for those that are lost. */
  finish(seq: number, lost: readonly string[]): void {
    const lot = this.#lots.get(seq);
    this.#lots.delete(seq);
    this.#posted.delete(seq);
    this.safe += lot?.events.length ?? 0;
    lot?.acknowledged(lost);
  }

  /** The worker is dead: what it has not made safe is for the next one. */
  died(): void {
    for (const seq of this.#posted) {
      const lot = this.#lots.get(seq);
      if (lot !== undefined) this.#lots.set(seq, { ...lot, again: true });
    }
    this.#posted.clear();
  }

  /** Takes everything away from the worker. */
  takeBack(): Lot[] {
    this.died();
    const lots = [...this.#lots.values()];
    this.#lots.clear();
    return lots;
  }
}

import { say } from '../diagnostics/say.ts';
import type { Acknowledge, Outlet, OutletStats } from './outlet.ts';
import type { Acknowledgement, FrozenEvent, Transport } from './transport.ts';

const MAX_EVENTS = 10_000;

/** Keeps the newest events in memory, for tests and for a look; drops the oldest beyond its bound, counted. */
export class MemoryOutlet implements Outlet {
  readonly name: string = 'memory';
  readonly destination: string = 'memory of this process';
  readonly #maxEvents: number;
  #events: FrozenEvent[] = [];
  #accepted = 0;
  #dropped = 0;

  constructor(maxEvents: number = MAX_EVENTS) {
    this.#maxEvents = maxEvents;
  }

  /** Oldest first. */
  get events(): readonly FrozenEvent[] {
    return this.#events;
  }

  clear(): void {
    this.#events = [];
  }

  append(events: readonly FrozenEvent[], acknowledged?: Acknowledge): void {
    acknowledged?.([]);
    this.#accepted += events.length;
    this.#events.push(...events);
    const excess = this.#events.length - this.#maxEvents;
    if (excess <= 0) return;
    this.#events.splice(0, excess);
    this.#dropped += excess;
    say(
      'PAN6501',
      `Memory holds the newest ${this.#maxEvents} events; older ones are dropped. ` +
        'Set PANOPTIC_DIR or PANOPTIC_MONGODB_URI to keep all, or call clearMemoryEvents() between tests.',
    );
  }

  async flush(): Promise<void> {}

  /** The events stay readable. */
  async close(): Promise<void> {}

  closeSync(): void {}

  stats(): OutletStats {
    return { accepted: this.#accepted, delivered: this.#accepted, dropped: this.#dropped, pending: 0, failures: 0 };
  }
}

/** A transport into memory, for tests; keeps the newest 10000 events unless told otherwise. */
export function memoryTransport({ maxEvents }: { maxEvents?: number } = {}): MemoryTransport {
  return new MemoryTransport(maxEvents);
}

/** Keeps the newest events in memory, each id once. */
export class MemoryTransport implements Transport {
  readonly version = 1;
  readonly name: string = 'memory';
  readonly destination: string = 'memory of this process';
  readonly #events: Map<string, FrozenEvent> = new Map();
  readonly #maxEvents: number;

  constructor(maxEvents: number = MAX_EVENTS) {
    this.#maxEvents = maxEvents;
  }

  /** Oldest first. */
  get events(): readonly FrozenEvent[] {
    return [...this.#events.values()];
  }

  async send(events: readonly FrozenEvent[], signal: AbortSignal): Promise<Acknowledgement> {
    signal.throwIfAborted();
    const before = this.#events.size;
    for (const event of events) if (!this.#events.has(event.id)) this.#events.set(event.id, event);
    const alreadyThere = events.length - (this.#events.size - before);
    for (const id of this.#events.keys()) {
      if (this.#events.size <= this.#maxEvents) break;
      this.#events.delete(id);
    }
    return { alreadyThere };
  }

  clear(): void {
    this.#events.clear();
  }
}

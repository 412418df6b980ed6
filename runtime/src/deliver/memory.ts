import { type Parsers, readOptions } from '../config/read-options.ts';
import { integer } from '../config/values.ts';
import { say } from '../diagnostics/say.ts';
import type { Acknowledge, Outlet, OutletStats } from './outlet.ts';
import type { Acknowledgement, FrozenEvent, Transport } from './transport.ts';

const MAX_EVENTS = 10_000;

/** The newest events, each id once. */
class NewestEvents {
  readonly #events: Map<string, FrozenEvent> = new Map();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** Oldest first. */
  all(): readonly FrozenEvent[] {
    return [...this.#events.values()];
  }

  clear(): void {
    this.#events.clear();
  }

  /** Gives how many were there already, and how many of the oldest had to go. */
  add(events: readonly FrozenEvent[]): { alreadyThere: number; dropped: number } {
    const before = this.#events.size;
    for (const event of events) if (!this.#events.has(event.id)) this.#events.set(event.id, event);
    const { size } = this.#events;
    for (const id of this.#events.keys()) {
      if (this.#events.size <= this.#most) break;
      this.#events.delete(id);
    }
    return { alreadyThere: events.length - (size - before), dropped: size - this.#events.size };
  }
}

/** Keeps the newest events in memory, each id once, for tests and for a look; drops the oldest beyond its bound, counted. */
export class MemoryOutlet implements Outlet {
  readonly name: string = 'memory';
  readonly destination: string = 'memory of this process';
  readonly #maxEvents: number;
  readonly #events: NewestEvents;
  #accepted = 0;
  #dropped = 0;

  constructor(maxEvents: number = MAX_EVENTS) {
    this.#maxEvents = maxEvents;
    this.#events = new NewestEvents(maxEvents);
  }

  /** Oldest first. */
  get events(): readonly FrozenEvent[] {
    return this.#events.all();
  }

  clear(): void {
    this.#events.clear();
  }

  append(events: readonly FrozenEvent[], acknowledged?: Acknowledge): void {
    acknowledged?.([]);
    this.#accepted += events.length;
    const { dropped } = this.#events.add(events);
    if (dropped === 0) return;
    this.#dropped += dropped;
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

interface MemoryTransportOptions {
  /** Events kept at once, 1 to 16777216; the oldest go first. @default 10000 */
  readonly maxEvents?: number;
}

/**
 * A transport into memory, for tests; keeps the newest 10000 events unless told otherwise.
 * @throws PanopticError that lists every option that is wrong
 */
export function memoryTransport(options: MemoryTransportOptions = {}): MemoryTransport {
  const { maxEvents } = readOptions('memoryTransport', options, PARSERS);
  return new MemoryTransport(maxEvents);
}

// the most that a Map holds
const PARSERS: Parsers<MemoryTransportOptions> = { maxEvents: /* @__PURE__ */ integer(1, 2 ** 24) };

/** Keeps the newest events in memory, each id once. */
export class MemoryTransport implements Transport {
  readonly version = 1;
  readonly name: string = 'memory';
  readonly destination: string = 'memory of this process';
  readonly #events: NewestEvents;

  constructor(maxEvents: number = MAX_EVENTS) {
    this.#events = new NewestEvents(maxEvents);
  }

  /** Oldest first. */
  get events(): readonly FrozenEvent[] {
    return this.#events.all();
  }

  async send(events: readonly FrozenEvent[], signal: AbortSignal): Promise<Acknowledgement> {
    signal.throwIfAborted();
    const { alreadyThere } = this.#events.add(events);
    return { alreadyThere };
  }

  clear(): void {
    this.#events.clear();
  }
}

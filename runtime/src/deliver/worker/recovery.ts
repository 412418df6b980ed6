import { threadId } from 'node:worker_threads';
import { seedHex } from '../../event/event-id.ts';
import type { Batch } from '../../instrument/batch.ts';
import { deadThreads } from '../../log/owner.ts';
import type { FrozenEvent } from '../transport.ts';
import { loggedEvents } from './logged-events.ts';

/** What a worker that died had put into the log, and nobody had been told of. */
export class Recovery {
  /** The six bytes that the ids of a batch have in common, in hex, of batches nobody has looked for. */
  readonly #seeds: Set<string> = new Set();
  /** Ids that those bytes are not in. */
  readonly #ids: Set<string> = new Set();
  readonly #logged: Set<string> = new Set();

  readonly #alsoOf: () => number | undefined;

  /** @param alsoOf a thread that may live, and has put events into the log that are sought */
  constructor(alsoOf: () => number | undefined = () => undefined) {
    this.#alsoOf = alsoOf;
  }

  /** A batch may be in the log in part. To be called for all of them before the first `missing`, which then looks once. */
  expect({ seed, extras }: Pick<Batch, 'seed' | 'extras'>): void {
    this.#seeds.add(seedHex(seed));
    for (const { id } of extras.values()) if (id !== undefined) this.#ids.add(id);
  }

  /** The events that are not in the log of `dir`. */
  missing(dir: string, events: readonly FrozenEvent[]): readonly FrozenEvent[] {
    if (this.#seeds.size > 0) {
      this.#look(dir, (id) => this.#seeds.has(seedOf(id)) || this.#ids.has(id));
      this.#seeds.clear();
      this.#ids.clear();
    }
    return events.filter(({ id }) => !this.#logged.has(id));
  }

  /** As `expect`, for events from elsewhere. */
  look(dir: string, events: readonly FrozenEvent[]): void {
    const wanted = new Set(events.map(({ id }) => id));
    this.#look(dir, (id) => wanted.has(id));
  }

  #look(dir: string, isWanted: (id: string) => boolean): void {
    // what this thread has adopted is its own now
    const threads = new Set([...deadThreads(), threadId, this.#alsoOf() ?? threadId]);
    for (const id of loggedEvents(dir, threads, isWanted)) this.#logged.add(id);
  }
}

/** Four bytes of seconds stand before it, two of the row behind. */
const seedOf = (id: string): string => id.slice(8, 20);

import type { EventLog } from './event-log.ts';
import type { Entry } from './record.ts';

/** Events on their way elsewhere, oldest first. One attempt at a time: `peek`, then `settle`. */
export interface Spool {
  /** The oldest events, at most `max`; they stay until they are settled. */
  peek(max: number): readonly Entry[];
  /** Ends the attempt: the first `count` have arrived, the rest stays. Never throws. */
  settle(count: number): void;
}

/** What a log holds in memory because it cannot be written: shipped from there. */
export class MemorySpool implements Spool {
  readonly #log: EventLog;

  constructor(log: EventLog) {
    this.#log = log;
  }

  peek(max: number): readonly Entry[] {
    const entries = this.#log.waiting.oldest(max);
    this.#log.held = entries.length;
    return entries;
  }

  settle(count: number): void {
    // A log that was closed meanwhile holds nothing any more: it has written everything down.
    this.#log.waiting.remove(Math.min(count, this.#log.held));
    this.#log.held = 0;
  }
}

import type { EventLog } from './event-log.ts';
import { InFlight, type Limit, type Portion } from './in-flight.ts';

/** Events on their way elsewhere, oldest first. Several portions may be on their way at once. */
export interface Spool {
  /** Takes the oldest events that nobody has, within the limit; they stay until they are settled. Empty when there are none. */
  take(limit: Limit): Portion;
  /** Ends the attempt for a portion: it has arrived, or is there to be taken again. Never throws. */
  settle(portion: Portion, arrived: boolean): void;
}

/** What a log holds in memory because it cannot be written: shipped from there. */
export class MemorySpool implements Spool {
  readonly #log: EventLog;
  #inFlight: InFlight = new InFlight();

  readonly #hasFolder: boolean;

  /** @param hasFolder the log has a folder that it cannot write at the moment */
  constructor(log: EventLog, hasFolder: boolean) {
    this.#log = log;
    this.#hasFolder = hasFolder;
  }

  take(limit: Limit): Portion {
    this.#forgetWritten();
    const { waiting } = this.#log;
    const known = this.#inFlight.length;
    if (known < waiting.length && this.#inFlight.wants(limit)) {
      for (const entry of waiting.oldest(known + limit.events).slice(known)) this.#inFlight.add({ entry });
    }
    const portion = this.#inFlight.take(limit);
    this.#hold();
    return portion;
  }

  settle(portion: Portion, arrived: boolean): void {
    this.#forgetWritten();
    this.#log.waiting.remove(this.#inFlight.settle(portion, arrived).length);
    this.#hold();
    // what stays is safer in the folder, should that take it again
    if (!arrived && this.#log.waiting.length > 0) this.#log.writeWaiting();
  }

  /** What somebody has, and what lies before it, must not be written down meanwhile: it would be sent twice. */
  #hold(): void {
    this.#inFlight.forgetFree(this.#hasFolder);
    this.#log.held = this.#inFlight.length;
  }

  /** A log that was closed meanwhile holds nothing any more: it has written everything down. */
  #forgetWritten(): void {
    if (this.#log.held !== this.#inFlight.length) this.#inFlight = new InFlight();
  }
}

import { outside } from '../instrument/outside.ts';
import type { Entry } from '../log/record.ts';
import type { Spool } from '../log/spool.ts';
import { backoffMs } from './backoff.ts';

export interface ShipperOptions {
  /** What there is to ship, in this order; asked before each attempt. */
  spools(): Iterable<Spool>;
  /** Resolves when every event is at its destination or can never get there; rejects when all have to be sent again. */
  send(entries: readonly Entry[]): Promise<void>;
  /** An attempt begins. */
  onBusy(): void;
  /** Nothing is left, or nothing will be tried for a while. */
  onIdle(): void;
  onFailure(error: unknown): void;
}

/** Events of one attempt. */
const BATCH = 500;

/** Events of the attempt that finds out whether the destination is back. */
const PROBE = 10;

const later = setTimeout;
const nextTurn = setImmediate;

/** Moves events from spools to their destination, one batch at a time, for as long as it takes. Nothing here keeps a process alive. */
export class Shipper {
  readonly #options: ShipperOptions;
  /** Events settled. */
  settled = 0;
  /** Attempts that failed. */
  failures = 0;
  #failuresInARow = 0;
  #running: Promise<void> | undefined;
  #again = false;
  #retry: NodeJS.Timeout | undefined;
  #scheduled = false;

  constructor(options: ShipperOptions) {
    this.#options = options;
  }

  /** There may be something new. Does not break a pause after a failure. */
  wake(): void {
    this.#again = true;
    if (this.#running || this.#retry || this.#scheduled) return;
    this.#scheduled = true;
    nextTurn(() => {
      this.#scheduled = false;
      if (!this.#retry) void this.#start();
    }).unref();
  }

  /** Ships everything there is; gives up at the first failure that begins after this call. Never rejects. */
  async flush(): Promise<void> {
    if (this.#running) await this.#running;
    if (this.#failuresInARow > 0 || this.#again) await this.#start();
  }

  /** Ends a pause without an attempt. */
  stop(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
  }

  #start(): Promise<void> {
    this.stop();
    this.#running ??= outside(() => this.#run()).finally(() => {
      this.#running = undefined;
      if (this.#again && !this.#retry) this.wake();
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    this.#options.onBusy();
    while (await this.#attempt());
    this.#options.onIdle();
  }

  /** True when it is worth going on at once. */
  async #attempt(): Promise<boolean> {
    this.#again = false;
    let arrived = 0;
    let spool: Spool | undefined;
    try {
      let entries: readonly Entry[] = [];
      for (spool of this.#options.spools()) {
        entries = spool.peek(this.#failuresInARow > 0 ? PROBE : BATCH);
        if (entries.length > 0) break;
      }
      if (entries.length === 0) return this.#again;
      await this.#options.send(entries);
      arrived = entries.length;
      this.settled += arrived;
      this.#failuresInARow = 0;
      return true;
    } catch (error) {
      this.failures++;
      this.#retry = later(() => void this.#start(), backoffMs(++this.#failuresInARow));
      this.#retry.unref();
      this.#options.onFailure(error);
      return false;
    } finally {
      spool?.settle(arrived);
    }
  }
}

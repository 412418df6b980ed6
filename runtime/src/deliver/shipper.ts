import { outside } from '../instrument/outside.ts';
import type { Limit, Portion } from '../log/in-flight.ts';
import type { Entry } from '../log/record.ts';
import type { Spool } from '../log/spool.ts';
import { Filling } from './filling.ts';
import { Flushes } from './flushes.ts';
import type { Resilience } from './resilience/resilience.ts';
import { Suspects } from './suspects.ts';

export interface ShipperOptions {
  /** What there is to ship, in this order; asked before each attempt. */
  readonly spools: {
    /** Events of this process: they wait for their batch to fill. */
    own(): Iterable<Spool>;
    /** Events that have waited long enough. */
    left(): Iterable<Spool>;
    /** `left` has more to look at, and gives way to the event loop. Absent: it never does. */
    readonly isLooking?: boolean;
  };
  /** Resolves when every event is at its destination or can never get there; rejects when all have to be sent again. */
  readonly send: (entries: readonly Entry[], signal: AbortSignal) => Promise<void>;
  /** What is sent at once. */
  readonly limit: Limit;
  /** How long an event may wait for its batch to fill, ms. */
  readonly maxWaitMs: number;
  readonly resilience: Resilience;
  /**
   * What to do with an event that fails alone, again and again, while others arrive; throws when it could not be set aside.
   * Absent: it is tried for ever.
   */
  readonly giveUp?: (entry: Entry, error: unknown) => void;
  /** An event is given up after so much time, ms. Default 10 minutes. */
  readonly giveUpMs?: number;
  /** Attempts begin. */
  onBusy(): void;
  /** No attempt is under way. */
  onIdle(): void;
  onFailure(error: unknown): void;
}

/** Events of the attempt that finds out whether the destination is back. */
const PROBE = 10;

/** Pause after a spool that could not be read, ms. */
const UNREADABLE_MS = 5000;

/** Taken while modules load: fake timers in somebody's tests must not stop delivery. */
const later = setTimeout;
const cancel = clearTimeout;
const nextTurn = setImmediate;

/** Moves events from spools to their destination, in batches, several at once, for as long as it takes. Nothing here keeps a process alive. */
export class Shipper {
  readonly #options: ShipperOptions;
  /** Events settled. */
  settled = 0;
  /** Attempts that failed. */
  failures = 0;
  readonly #filling: Filling;
  #pause: NodeJS.Timeout | undefined;
  #scheduled = false;
  #pumping = false;
  #stopped = false;
  readonly #suspects: Suspects;
  readonly #running: Set<number> = new Set();
  readonly #flushes: Flushes = new Flushes();
  #attempts = 0;
  #outer = new AbortController();

  constructor(options: ShipperOptions) {
    this.#options = options;
    const { giveUp, giveUpMs, limit, maxWaitMs } = options;
    const onDue = (): void => {
      this.#filling.hurry();
      this.#pump();
    };
    this.#filling = new Filling(limit, maxWaitMs, onDue);
    this.#suspects = new Suspects({ giveUp, giveUpMs, onDue });
  }

  /** There are new events. Does not break a pause after a failure. */
  wake(events: number, bytes: number): void {
    this.#filling.add(events, bytes);
    this.#flushes.appended += events;
    this.#stopped = false;
    this.#pumpSoon();
  }

  /**
   * Ships everything there is at once, without waiting for a pause to end. Resolves when all that was there is settled, or
   * at the first failure of an attempt that began after this call. Never rejects.
   */
  flush(): Promise<void> {
    this.#filling.hurry();
    this.#stopped = false;
    this.#endPause();
    const done = this.#flushes.add(this.#attempts);
    this.#pump();
    return done;
  }

  /** Ends attempts that are under way: their events stay. */
  abort(): void {
    this.#outer.abort();
    this.#outer = new AbortController();
  }

  /** Begins no further attempt until there are new events. */
  stop(): void {
    this.#stopped = true;
    this.#endPause();
    this.#flushes.allDone();
  }

  #endPause(): void {
    cancel(this.#pause);
    this.#pause = undefined;
    this.#filling.stop();
    this.#suspects.stop();
  }

  /** Begins as many attempts as there are events and room for. */
  #pump(): void {
    if (this.#pumping || this.#stopped) return;
    this.#pumping = true;
    try {
      const { resilience } = this.#options;
      while (
        this.#pause === undefined &&
        this.#running.size < (resilience.isProbing ? 1 : resilience.settings.concurrency)
      ) {
        if (!this.#beginNext()) break;
      }
    } catch (error) {
      // a disk that cannot be read
      this.#failed(UNREADABLE_MS, this.#attempts + 1, error);
    } finally {
      this.#pumping = false;
    }
    this.#filling.watch();
    if (this.#pause === undefined && this.#running.size === 0 && !this.#options.spools.isLooking)
      this.#flushes.allDone();
  }

  #pumpSoon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    nextTurn(() => {
      this.#scheduled = false;
      this.#pump();
    }).unref();
  }

  /** False when there is nothing to send now. */
  #beginNext(): boolean {
    const { spools, limit, resilience } = this.#options;
    const suspects = this.#suspects.areDue || this.#flushes.isWaiting;
    const size = { ...limit, suspects, events: resilience.isProbing ? Math.min(PROBE, limit.events) : limit.events };
    if (this.#filling.isDue) {
      for (const spool of spools.own()) if (this.#begin(spool, size, true)) return true;
      this.#filling.empty();
      this.#flushes.ownTaken();
    }
    for (const spool of spools.left()) if (this.#begin(spool, size, false)) return true;
    if (spools.isLooking) this.#pumpSoon();
    else this.#flushes.leftTaken();
    return false;
  }

  #begin(spool: Spool, size: Limit, isOwn: boolean): boolean {
    const portion = spool.take(size);
    if (portion.length === 0) return false;
    if (isOwn) this.#count(portion, -1);
    const attempt = ++this.#attempts;
    if (this.#running.size === 0) this.#options.onBusy();
    this.#running.add(attempt);
    void outside(() => this.#attempt(spool, portion, attempt, isOwn));
    return true;
  }

  async #attempt(spool: Spool, portion: Portion, attempt: number, isOwn: boolean): Promise<void> {
    const { resilience, send, onIdle } = this.#options;
    const entries = portion.map(({ entry }) => entry);
    try {
      await resilience.attempt((signal) => send(entries, signal), this.#outer.signal);
      this.#running.delete(attempt);
      this.#suspects.arrived();
      this.settled += portion.length;
      spool.settle(portion, true);
      this.#flushes.settled(attempt, this.#running);
    } catch (error) {
      this.#running.delete(attempt);
      if (this.#suspects.failed(portion, error)) {
        this.settled++;
        spool.settle(portion, true);
      } else {
        spool.settle(portion, false);
        if (isOwn) this.#count(portion, 1);
      }
      this.#failed(resilience.pauseMs, attempt, error);
    }
    if (this.#running.size === 0) onIdle();
    this.#pump();
  }

  #failed(pauseMs: number, attempt: number, error: unknown): void {
    this.failures++;
    this.#filling.hurry();
    this.#flushes.failed(attempt);
    if (!this.#flushes.isWaiting && !this.#stopped) this.#rest(pauseMs);
    this.#options.onFailure(error);
  }

  #rest(pauseMs: number): void {
    this.#pause ??= later(() => {
      this.#pause = undefined;
      this.#pump();
    }, pauseMs).unref();
  }

  #count(portion: Portion, sign: 1 | -1): void {
    const bytes = portion.reduce((sum, { entry }) => sum + entry.doc.length, 0);
    this.#filling.add(sign * portion.length, sign * bytes);
    this.#flushes.taken -= sign * portion.length;
  }
}

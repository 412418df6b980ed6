import { outside } from '../instrument/outside.ts';
import type { Limit, Portion } from '../log/in-flight.ts';
import type { Entry } from '../log/record.ts';
import type { Spool } from '../log/spool.ts';
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

/** Taken while modules load: fake timers in somebody's tests must not stop delivery. */
const later = setTimeout;
const nextTurn = setImmediate;

/** Moves events from spools to their destination, in batches, several at once, for as long as it takes. Nothing here keeps a process alive. */
export class Shipper {
  readonly #options: ShipperOptions;
  /** Events settled. */
  settled = 0;
  /** Attempts that failed. */
  failures = 0;
  /** Own events nobody has taken yet, as far as is known. */
  readonly #fresh = { events: 0, bytes: 0 };
  /** What is there goes, however little it is. */
  #due = false;
  #deadline: NodeJS.Timeout | undefined;
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
    const { giveUp, giveUpMs } = options;
    this.#suspects = new Suspects({
      giveUp,
      giveUpMs,
      onDue: () => {
        this.#due = true;
        this.#pump();
      },
    });
  }

  /** There are new events. Does not break a pause after a failure. */
  wake(events: number, bytes: number): void {
    this.#fresh.events += events;
    this.#fresh.bytes += bytes;
    this.#flushes.appended += events;
    this.#stopped = false;
    if (this.#scheduled) return;
    this.#scheduled = true;
    nextTurn(() => {
      this.#scheduled = false;
      this.#pump();
    }).unref();
  }

  /**
   * Ships everything there is at once, without waiting for a pause to end. Resolves when all that was there is settled, or
   * at the first failure of an attempt that began after this call. Never rejects.
   */
  flush(): Promise<void> {
    this.#due = true;
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
  }

  #endPause(): void {
    clearTimeout(this.#pause);
    clearTimeout(this.#deadline);
    this.#suspects.stop();
    this.#pause = this.#deadline = undefined;
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
    } finally {
      this.#pumping = false;
    }
    if (this.#fresh.events > 0 && !this.#due) this.#deadline ??= this.#sendLater();
    if (this.#pause === undefined && this.#running.size === 0) this.#flushes.allDone();
  }

  #sendLater(): NodeJS.Timeout {
    return later(() => {
      this.#deadline = undefined;
      this.#due = true;
      this.#pump();
    }, this.#options.maxWaitMs).unref();
  }

  /** False when there is nothing to send now. */
  #beginNext(): boolean {
    const { spools, limit, resilience } = this.#options;
    const suspects = this.#suspects.areDue || this.#flushes.isWaiting;
    const size = { ...limit, suspects, events: resilience.isProbing ? Math.min(PROBE, limit.events) : limit.events };
    if (this.#due || this.#fresh.events >= limit.events || this.#fresh.bytes >= limit.bytes) {
      for (const spool of spools.own()) if (this.#begin(spool, size, true)) return true;
      // nothing is left of what was counted: memory may have refused some of it
      this.#due = false;
      this.#fresh.events = this.#fresh.bytes = 0;
      this.#flushes.ownTaken();
    }
    for (const spool of spools.left()) if (this.#begin(spool, size, false)) return true;
    this.#flushes.leftTaken();
    return false;
  }

  #begin(spool: Spool, size: Limit, isOwn: boolean): boolean {
    const portion = spool.take(size);
    if (portion.length === 0) return false;
    if (isOwn) {
      this.#count(portion, -1);
      // what stays behind has come since the batch was full
      clearTimeout(this.#deadline);
      this.#deadline = undefined;
    }
    const attempt = ++this.#attempts;
    if (this.#running.size === 0) this.#options.onBusy();
    this.#running.add(attempt);
    void outside(() => this.#attempt(spool, portion, attempt, isOwn));
    return true;
  }

  async #attempt(spool: Spool, portion: Portion, attempt: number, isOwn: boolean): Promise<void> {
    const { resilience, send, onFailure, onIdle } = this.#options;
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
      this.failures++;
      if (this.#suspects.failed(portion, error)) {
        this.settled++;
        spool.settle(portion, true);
      } else {
        spool.settle(portion, false);
        if (isOwn) this.#count(portion, 1);
      }
      this.#due = true;
      this.#flushes.failed(attempt);
      if (!this.#flushes.isWaiting && !this.#stopped) this.#rest(resilience.pauseMs);
      onFailure(error);
    }
    if (this.#running.size === 0) onIdle();
    this.#pump();
  }

  #rest(pauseMs: number): void {
    this.#pause ??= later(() => {
      this.#pause = undefined;
      this.#pump();
    }, pauseMs).unref();
  }

  #count(portion: Portion, sign: 1 | -1): void {
    const fresh = this.#fresh;
    const bytes = portion.reduce((sum, { entry }) => sum + entry.doc.length, 0);
    fresh.events = Math.max(0, fresh.events + sign * portion.length);
    fresh.bytes = Math.max(0, fresh.bytes + sign * bytes);
    this.#flushes.taken += -sign * portion.length;
  }
}

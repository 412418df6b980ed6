import { noteFailure, type Portion } from '../log/in-flight.ts';
import type { Entry } from '../log/record.ts';

export interface SuspectsOptions {
  /** Sets an event aside for good; throws when that is impossible. Absent: it is tried for ever. */
  readonly giveUp?: ((entry: Entry, error: unknown) => void) | undefined;
  /** An event is given up after so much time, ms. Default 10 minutes. */
  readonly giveUpMs?: number | undefined;
  /** Suspects may be tried again. */
  readonly onDue: () => void;
}

/** Failures after which an event is given up, with nothing else in its batch and others arriving in between. */
const MOST_ALONE = 10;

/** Pause before suspects are tried again, ms; it doubles. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/** Taken while modules load: fake timers in somebody's tests must not stop delivery. */
const later = setTimeout;
const cancel = clearTimeout;

/**
 * Events that fail while others arrive: something in them is rejected, and not named. They are tried now and then, so that
 * they hold up no others, and one that fails alone is given up in the end.
 */
export class Suspects {
  readonly #options: SuspectsOptions;
  /** Batches that have arrived. */
  #successes = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #pause: NodeJS.Timeout | undefined;

  constructor(options: SuspectsOptions) {
    this.#options = options;
  }

  /** False while they are to be left alone. */
  get areDue(): boolean {
    return this.#pause === undefined;
  }

  arrived(): void {
    this.#successes++;
  }

  /** An attempt has failed. True when the portion is an event that was set aside. */
  failed(portion: Portion, error: unknown): boolean {
    const { isSuspicious, alone, since } = noteFailure(portion, this.#successes);
    if (!isSuspicious) return false;
    const { giveUp, giveUpMs = 600_000 } = this.#options;
    const [only] = portion;
    if (only && giveUp && alone >= MOST_ALONE && performance.now() - since >= giveUpMs) {
      this.#pauseMs = FIRST_PAUSE_MS;
      try {
        giveUp(only.entry, error);
        return true;
      } catch {
        // it stays, and is tried again
      }
    }
    this.#rest(Math.min(this.#pauseMs, giveUpMs));
    return false;
  }

  stop(): void {
    cancel(this.#pause);
    this.#pause = undefined;
  }

  #rest(pauseMs: number): void {
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    this.#pause ??= later(() => {
      this.#pause = undefined;
      this.#options.onDue();
    }, pauseMs).unref();
  }
}

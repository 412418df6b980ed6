import type { Limit } from '../log/in-flight.ts';

/** Taken while modules load: fake timers in somebody's tests must not stop delivery. */
const later = setTimeout;
const cancel = clearTimeout;

/** Says when a batch of new events is to be sent: when it is full, or when its events have waited long enough. */
export class Filling {
  readonly #limit: Limit;
  readonly #maxWaitMs: number;
  readonly #onDue: () => void;
  /** Events nobody has taken yet, as far as is known. */
  #events = 0;
  #bytes = 0;
  /** What is there goes, however little it is. */
  #isOverdue = false;
  #deadline: NodeJS.Timeout | undefined;

  constructor(limit: Limit, maxWaitMs: number, onDue: () => void) {
    this.#limit = limit;
    this.#maxWaitMs = maxWaitMs;
    this.#onDue = onDue;
  }

  /** Something is to be sent now. */
  get isDue(): boolean {
    return this.#isOverdue || this.#events >= this.#limit.events || this.#bytes >= this.#limit.bytes;
  }

  /** New events, or, negative, some that were taken. */
  add(events: number, bytes: number): void {
    this.#events = Math.max(0, this.#events + events);
    this.#bytes = Math.max(0, this.#bytes + bytes);
    // what stays behind a batch has come since that was full
    if (events < 0) this.stop();
  }

  /** Whatever there is goes now. */
  hurry(): void {
    this.#isOverdue = true;
  }

  /** Nothing is left: what was counted may have been refused by a full memory. */
  empty(): void {
    this.#isOverdue = false;
    this.#events = this.#bytes = 0;
  }

  /** Sees to it that what is left does not wait for ever. */
  watch(): void {
    if (this.#events === 0 || this.#isOverdue) return;
    this.#deadline ??= later(() => {
      this.#deadline = undefined;
      this.#isOverdue = true;
      this.#onDue();
    }, this.#maxWaitMs).unref();
  }

  stop(): void {
    cancel(this.#deadline);
    this.#deadline = undefined;
  }
}

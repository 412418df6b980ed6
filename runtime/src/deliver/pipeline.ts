import { outside } from '../instrument/outside.ts';

/** Rows worked on in one turn of the event loop: about a millisecond, so that requests never wait for billing. */
const SLICE = 256;

/** Taken while modules load: fake timers in somebody's tests must not stop delivery. */
const nextTurn = setImmediate;

/** Sealed batches on their way to a transport, oldest first. Bounded; gives way to the event loop after each slice. */
export class Pipeline<T extends { readonly length: number }> {
  readonly #take: (batch: T, from: number, to: number) => void;
  readonly #queue: T[] = [];
  /** Rows of `#queue[0]` that are done. */
  #row = 0;
  #scheduled = false;

  /** @param take turns rows into events and appends them; must not throw */
  constructor(take: (batch: T, from: number, to: number) => void) {
    this.#take = take;
  }

  /** Batches that have not reached a transport whole. */
  get length(): number {
    return this.#queue.length;
  }

  /** Events that have not reached a transport. */
  get waiting(): number {
    return this.#queue.reduce((sum, { length }) => sum + length, 0) - this.#row;
  }

  /** Takes a batch over; false when `maxBatches` are waiting already. */
  accept(batch: T, maxBatches: number): boolean {
    if (this.#queue.length >= maxBatches) return false;
    this.#queue.push(batch);
    this.#schedule();
    return true;
  }

  /** Empties the queue without waiting. */
  drainNow(): void {
    while (this.#slice());
  }

  /** Empties the queue, a slice a turn. */
  async drain(): Promise<void> {
    while (this.#slice()) await new Promise<void>((resolve) => nextTurn(resolve));
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    outside(() =>
      nextTurn(() => {
        this.#scheduled = false;
        if (this.#slice()) this.#schedule();
      }),
    );
  }

  /** One slice; false when nothing is left. */
  #slice(): boolean {
    const [batch] = this.#queue;
    if (batch === undefined) return false;
    const from = this.#row;
    this.#row = Math.min(from + SLICE, batch.length);
    const to = this.#row;
    if (to === batch.length) {
      this.#queue.shift();
      this.#row = 0;
    }
    this.#take(batch, from, to);
    return this.#queue.length > 0;
  }
}

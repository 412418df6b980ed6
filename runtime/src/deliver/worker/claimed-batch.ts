import type { Batch } from '../../instrument/batch.ts';
import { controlWord } from '../../instrument/rows.ts';
import { fromPosted } from './posted.ts';
import { CLAIM, type PostedBatch } from './protocol.ts';

/** A batch in the worker, from its arrival until its events are safe. */
export class ClaimedBatch {
  readonly batch: Batch;
  readonly again: boolean;
  /** Rows that became no event. */
  readonly left: number[] = [];
  /** Rows whose events were counted as dropped. */
  readonly lost: number[] = [];
  readonly #word: Int32Array;
  /** Lots appended and not acknowledged yet, and one more until the last row is appended. */
  #open = 1;

  constructor(posted: PostedBatch) {
    this.batch = fromPosted(posted);
    this.again = posted.again;
    this.#word = controlWord(posted.rows, posted.capacity);
  }

  get length(): number {
    return this.batch.length;
  }

  /** False when the main thread has taken it back. To be asked before each lot. */
  claim(): boolean {
    const before = Atomics.compareExchange(this.#word, 0, CLAIM.free, CLAIM.claimed);
    return before === CLAIM.free || before === CLAIM.claimed;
  }

  opened(): void {
    this.#open++;
  }

  /** True when all of it is safe now; the main thread can see that, too. */
  closed(): boolean {
    if (--this.#open > 0) return false;
    const end = this.lost.length > 0 ? CLAIM.partly : CLAIM.done;
    return Atomics.compareExchange(this.#word, 0, CLAIM.claimed, end) === CLAIM.claimed;
  }
}

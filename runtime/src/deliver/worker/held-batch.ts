import { eventId, seedHex } from '../../event/event-id.ts';
import type { Batch } from '../../instrument/batch.ts';
import { controlWord } from '../../instrument/rows.ts';
import { CLAIM } from './protocol.ts';

/** A sealed batch in the main thread, which keeps it until its events are safe. */
export class HeldBatch {
  readonly batch: Batch;
  /** A worker that died, or does not answer, had begun with it: some of its events may be in the log. */
  again = false;
  posted = false;
  readonly #word: Int32Array;

  constructor(batch: Batch) {
    this.batch = batch;
    // an older copy of the runtime keeps its rows to itself
    this.#word = isShared(batch) ? controlWord(batch.rows, batch.capacity) : new Int32Array(1);
    // the memory may have been that of another batch
    Atomics.store(this.#word, 0, CLAIM.free);
  }

  get length(): number {
    return this.batch.length;
  }

  get isDone(): boolean {
    return Atomics.load(this.#word, 0) === CLAIM.done;
  }

  /** Takes the batch away from the worker, also one that has begun with it. False when it is done. */
  takeBack(): boolean {
    if (Atomics.compareExchange(this.#word, 0, CLAIM.free, CLAIM.taken) === CLAIM.free) return true;
    if (Atomics.compareExchange(this.#word, 0, CLAIM.claimed, CLAIM.taken) === CLAIM.claimed) this.again = true;
    return !this.isDone;
  }

  /** The worker is dead: the next one may have the batch. */
  free(): void {
    if (Atomics.compareExchange(this.#word, 0, CLAIM.claimed, CLAIM.free) === CLAIM.claimed) this.again = true;
    this.posted = false;
  }
}

/** True when another thread can read the rows in place. */
export const isShared = (batch: Batch): boolean => batch.rows instanceof SharedArrayBuffer;

/** The ids of a batch's events, as `materialise` gives them. */
export function batchIds(batch: Batch, lost: ReadonlySet<number> = new Set()): string[] {
  const seed = seedHex(batch.seed);
  const ids: string[] = [];
  for (let row = 0; row < batch.length; row++) {
    if (!lost.has(row)) ids.push(eventId(batch.epoch + (batch.start[row] ?? 0), seed, row));
  }
  return ids;
}

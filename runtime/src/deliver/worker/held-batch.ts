import { rowIds } from '../../event/event-id.ts';
import type { Batch } from '../../instrument/batch.ts';
import { controlWord } from '../../instrument/rows.ts';
import { releaseRows } from '../row-memory.ts';
import { encodeDictionary, releaseDictionary } from './dictionary.ts';
import { fromPosted } from './posted.ts';
import { CLAIM, type PostedBatch } from './protocol.ts';

/** A sealed batch in the main thread, which keeps it until its events are safe. */
export class HeldBatch {
  readonly serial: number;
  readonly length: number;
  readonly rows: ArrayBufferLike;
  /** A worker that died, or does not answer, had begun with it: some of its events may be in the log. */
  again = false;
  /** The worker that lives has it. */
  isPosted = false;
  readonly #word: Int32Array;
  #batch: Batch | undefined;
  #encoded: Omit<PostedBatch, 'again'> | undefined;

  constructor(batch: Batch) {
    this.serial = batch.serial;
    this.length = batch.length;
    this.rows = batch.rows;
    this.#batch = batch;
    // an older copy of the runtime keeps its rows to itself
    this.#word = this.isShared ? controlWord(batch.rows, batch.capacity) : new Int32Array(1);
    // the memory may have been that of another batch
    Atomics.store(this.#word, 0, CLAIM.free);
  }

  /** The batch as it was sealed. */
  get batch(): Batch {
    this.#batch ??= fromPosted(this.#encoded as PostedBatch);
    return this.#batch;
  }

  /** Another thread can read the rows in place. */
  get isShared(): boolean {
    return this.rows instanceof SharedArrayBuffer;
  }

  /**
   * The batch as a message carries it. Once made it is all that is kept: a thousand objects that live a little longer
   * would cost the collector more than the message. Throws where something in it cannot be sent.
   */
  toPosted(): PostedBatch {
    this.#encoded ??= encode(this.batch);
    this.#batch = undefined;
    return { ...this.#encoded, again: this.again };
  }

  /** A message that names the rows may still be on its way: their memory must not be used again. */
  get isKnownElsewhere(): boolean {
    return this.#encoded !== undefined;
  }

  /** Gives its memory back. Nobody may ask for the batch any more. */
  release(): void {
    releaseRows(this.rows);
    if (this.#encoded !== undefined) releaseDictionary(this.#encoded.dictionary);
  }

  get isDone(): boolean {
    return this.isPartlyDone || Atomics.load(this.#word, 0) === CLAIM.done;
  }

  /** Some of its events were dropped; which, only the worker knows. */
  get isPartlyDone(): boolean {
    return Atomics.load(this.#word, 0) === CLAIM.partly;
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
    this.isPosted = false;
  }
}

function encode(batch: Batch): Omit<PostedBatch, 'again'> {
  const { serial, epoch, seed, length, capacity, rows } = batch;
  return { serial, epoch, seed, length, capacity, rows, dictionary: encodeDictionary(batch) };
}

/** The ids of a batch's events, as `materialise` gives them. */
export function batchIds(batch: Batch, without: ReadonlySet<number>): string[] {
  const idOf = rowIds(batch);
  const ids: string[] = [];
  for (let row = 0; row < batch.length; row++) if (!without.has(row)) ids.push(idOf(row));
  return ids;
}

import type { AcknowledgementLevel } from '../../config/options.ts';
import { isAcknowledgementAwaited, publishAcknowledged } from '../acknowledged.ts';
import { batchIds, type HeldBatch } from './held-batch.ts';
import type { DoneBatch } from './protocol.ts';

/** The batches that a worker has to make safe, oldest first. */
export class HeldBatches {
  /** Batches that the worker has made safe since the process began. */
  done = 0;
  /** Events in them, with those that were dropped. */
  safe = 0;
  readonly #bySerial: Map<number, HeldBatch> = new Map();

  get size(): number {
    return this.#bySerial.size;
  }

  get events(): number {
    let events = 0;
    for (const { length } of this.#bySerial.values()) events += length;
    return events;
  }

  add(batches: readonly HeldBatch[]): void {
    for (const held of batches) this.#bySerial.set(held.serial, held);
  }

  unposted(): HeldBatch[] {
    return [...this.#bySerial.values()].filter(({ isPosted }) => !isPosted);
  }

  /** Forgets batches that are safe, and tells who wants to know. */
  finish(batches: readonly DoneBatch[], level: AcknowledgementLevel): void {
    for (const { serial, left, lost } of batches) {
      const held = this.#bySerial.get(serial);
      if (held === undefined) continue;
      this.#bySerial.delete(serial);
      this.done++;
      this.safe += held.length - left.length;
      // a subscriber may ask for the ids at any time later, and they are worked out from the rows
      if (!isAcknowledgementAwaited()) held.release();
      const ids = (): string[] => batchIds(held.batch, new Set([...left, ...lost]));
      publishAcknowledged({ count: held.length - left.length - lost.length, level, ids });
    }
  }

  /** As `finish`, for batches that are safe although no message has said so. */
  finishDone(level: AcknowledgementLevel): void {
    const done = [...this.#bySerial.values()].filter(({ isDone }) => isDone);
    this.finish(
      done.map(({ serial, length, isPartlyDone }) => ({
        serial,
        left: [],
        lost: isPartlyDone ? Array.from({ length }, (_, row) => row) : [],
      })),
      level,
    );
  }

  /** The worker is dead: what it has not made safe is for the next one. */
  freeAll(): void {
    for (const held of this.#bySerial.values()) held.free();
  }

  /** Takes batches away from the worker; gives those that are not safe. */
  takeBack(batches: readonly HeldBatch[] = [...this.#bySerial.values()]): HeldBatch[] {
    return batches.filter((held) => {
      if (!held.takeBack()) return false;
      this.#bySerial.delete(held.serial);
      return true;
    });
  }
}

import { type Usage, usageOf } from './usage.ts';

/** A folder is measured again after so long, ms, and never more often than leaves it a hundredth of the time. */
const MEASURED_FOR_MS = 10_000;

/** How often it is measured while it is full: space comes back when events arrive. */
const FULL_FOR_MS = 250;

const EMPTY: Usage = { bytes: 0, ownBytes: 0, segments: 0, oldest: undefined };

/** How much of its quota a log folder uses: measured now and then, in between counted along. */
export class Quota {
  readonly #dir: string;
  readonly #maxBytes: number;
  #usage: Usage = EMPTY;
  #added = 0;
  #measuredAt = Number.NEGATIVE_INFINITY;
  #tookMs = 0;

  constructor(dir: string, maxBytes: number) {
    this.#dir = dir;
    this.#maxBytes = maxBytes;
  }

  /** So many bytes have been appended to the own folder. */
  add(bytes: number): void {
    this.#added += bytes;
  }

  /** Whether so many more bytes would exceed the quota, as far as that is known without measuring too often. */
  isOver(own: string | undefined, more: number): boolean {
    const isOver = (): boolean => this.#usage.bytes + this.#added + more > this.#maxBytes;
    this.#measureAfter(MEASURED_FOR_MS, own);
    if (isOver()) this.#measureAfter(FULL_FOR_MS, own);
    return isOver();
  }

  /** What is on disk, as far as it is known; measured when that is older than a second. */
  usage(own: string | undefined): Usage {
    this.#measureAfter(1000, own);
    const { bytes, ownBytes, ...rest } = this.#usage;
    return { bytes: bytes + this.#added, ownBytes: ownBytes + this.#added, ...rest };
  }

  /** What is on disk, measured now. */
  measure(own: string | undefined): Usage {
    const started = performance.now();
    this.#usage = usageOf(this.#dir, own);
    this.#measuredAt = performance.now();
    this.#tookMs = this.#measuredAt - started;
    this.#added = 0;
    return this.#usage;
  }

  #measureAfter(ms: number, own: string | undefined): void {
    if (performance.now() - this.#measuredAt >= Math.max(ms, 100 * this.#tookMs)) this.measure(own);
  }
}

import type { Window } from '../event/billing-event.ts';
import { roundToNanoseconds } from '../event/metadata.ts';
import type { ReadCall } from '../instrument/stages.types.ts';
import type { ContextSnapshot } from '../instrument/state.ts';
import { MeasureSum, type Measures } from './measures.ts';
import { DurationSketch } from './sketch.ts';
import type { WindowSpan } from './window-around.ts';

/** Calls of one function in one context that become one event. Times are monotonic, ms. */
export class CallWindow {
  readonly first: ReadCall;
  readonly snapshot: ContextSnapshot | undefined;
  /** When calls that belong to it end, from and to (exclusive). */
  readonly #since: number;
  readonly deadline: number;
  /** The beginning of the hour in which they also began. */
  readonly #hour: number;
  readonly sums: MeasureSum = new MeasureSum();
  calls = 0;
  /** When the earliest of them began, and the last ended. */
  from: number = Number.POSITIVE_INFINITY;
  to: number = Number.NEGATIVE_INFINITY;
  /** Of their durations. */
  sum = 0;
  min: number = Number.POSITIVE_INFINITY;
  max = 0;
  #sketch: DurationSketch | undefined;

  /** @param epoch as for `told` */
  constructor(first: ReadCall, snapshot: ContextSnapshot | undefined, { hour, from, to }: WindowSpan, epoch: number) {
    this.first = first;
    this.snapshot = snapshot;
    this.#hour = hour - epoch;
    this.#since = from - epoch;
    this.deadline = to - epoch;
  }

  /**
   * For a call that is an event of its own: it ended before, where nobody had turned to what it returned; or it began in another
   * hour, which would pull all others into that, as an event lies in time where it begins.
   */
  excludes({ start, end }: ReadCall): boolean {
    return end < this.#since || start < this.#hour;
  }

  /** False, and nothing is added, for a call that has to begin another window. */
  add({ start, end }: ReadCall, measures: Measures): boolean {
    if (end >= this.deadline || !this.sums.add(measures)) return false;
    const duration = Math.max(0, end - start);
    if (this.calls === 1) this.#addToSketch(this.sum);
    if (this.calls > 0) this.#addToSketch(duration);
    this.calls++;
    this.from = Math.min(this.from, start);
    this.to = Math.max(this.to, end);
    this.sum += duration;
    this.min = Math.min(this.min, duration);
    this.max = Math.max(this.max, duration);
    return true;
  }

  /**
   * As its event tells it.
   * @param epoch wall clock, ms since 1970, when the monotonic one read 0
   */
  told(epoch: number): Window<number> {
    const { from, to, calls, sum, min, max } = this;
    return {
      from: epoch + from,
      to: epoch + to,
      count: calls,
      sum: roundToNanoseconds(sum),
      min: roundToNanoseconds(min),
      max: roundToNanoseconds(max),
      sketch: String(this.#sketch ?? ''),
    };
  }

  /** Most windows of a quiet program hold one call, which needs none. */
  #addToSketch(duration: number): void {
    this.#sketch ??= new DurationSketch();
    this.#sketch.add(duration);
  }
}

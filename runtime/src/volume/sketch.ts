import { LogCollapsingLowestDenseDDSketch } from '@datadog/sketches-js';

/** How far a duration may be from the one that stands for it, of its size. */
const ACCURACY = 0.01;

/** Groups of similar durations that are told apart, from the longest down: a span of 1 to 800 million. */
const BINS = 1024;

/** Digits of a duration in the text: enough for the accuracy. */
const DIGITS = 4;

/** Durations of any number of calls in little memory (DDSketch). */
export class DurationSketch {
  readonly #sketch: LogCollapsingLowestDenseDDSketch = new LogCollapsingLowestDenseDDSketch({
    relativeAccuracy: ACCURACY,
    binLimit: BINS,
  });

  /** @param ms not negative */
  add(ms: number): void {
    this.#sketch.accept(ms);
  }

  /** `ms:calls` for each group of similar durations, shortest first, separated by blanks. Two of them merge by counting all. */
  toString(): string {
    const { store, mapping, zeroCount, min, max } = this.#sketch;
    const bins = zeroCount > 0 ? [`0:${zeroCount}`] : [];
    for (const [index, calls] of store.bins.entries()) {
      if (calls === 0) continue;
      const middle = Math.min(max, Math.max(min, mapping.value(index + store.offset)));
      bins.push(`${Number(middle.toPrecision(DIGITS))}:${calls}`);
    }
    return bins.join(' ');
  }
}

import { addDecimal, type Decimal, divideDecimal, parseDecimal, ZERO } from './decimal.ts';

/** An event as `weight` reads it; a log may hold anything. */
export type WeighedEvent = { readonly [F in 'sample_rate' | 'window']?: unknown };

/** The share of calls like this one that were recorded: over 0, up to 1. */
export function rateOf({ sample_rate }: WeighedEvent): number {
  return typeof sample_rate === 'number' && sample_rate > 0 && sample_rate < 1 ? sample_rate : 1;
}

/** How many calls are folded into this event. */
export function callsOf({ window }: WeighedEvent): number {
  const { count } = (window ?? {}) as { count?: unknown };
  return typeof count === 'number' && count >= 1 ? count : 1;
}

/**
 * A sum over events, kept by the share of calls they were drawn with: each is exact, and only dividing it by the share
 * gives an estimate. That way two executors that add in another order have one answer.
 */
export class WeighedSum {
  readonly #byRate: Map<number, Decimal> = new Map();

  add(rate: number, value: Decimal): void {
    this.#byRate.set(rate, addDecimal(this.#byRate.get(rate) ?? ZERO, value));
  }

  /** Some of it was drawn, so that the total is an estimate. */
  get isEstimated(): boolean {
    return [...this.#byRate.keys()].some((rate) => rate !== 1);
  }

  /** What all calls together would have given, those that were not drawn as well. */
  get total(): Decimal {
    let total = ZERO;
    for (const [rate, sum] of [...this.#byRate].sort(([a], [b]) => a - b)) {
      total = addDecimal(total, rate === 1 ? sum : divideDecimal(sum, parseDecimal(String(rate)) ?? ZERO));
    }
    return total;
  }
}

export const wholeNumber = (value: number): Decimal => parseDecimal(String(value)) ?? ZERO;

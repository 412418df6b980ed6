import { ExponentialBackoff, type GeneratorFn, type IBackoff, noJitterGenerator } from 'cockatiel';
import type { ResilienceSettings } from './presets.ts';

type Bounds = Pick<ResilienceSettings, 'firstPauseMs' | 'longestPauseMs' | 'growth'>;

/** One first pause more each time. */
const linearGenerator: GeneratorFn<number> = (times = 0, { initialDelay, maxDelay }) => [
  Math.min(maxDelay, initialDelay * (times + 1)),
  times + 1,
];

/**
 * Pauses after failures in a row: anything between a share of a bound and the bound, which grows; random, so that
 * processes which failed together do not come back together.
 */
export class Pauses {
  readonly #bounds: ExponentialBackoff<number>;
  readonly #least: number;
  readonly #random: () => number;
  #current: IBackoff<unknown> | undefined;

  /**
   * @param least smallest share of the bound; 0 is full jitter
   * @param random a number from 0 up to 1
   */
  constructor({ firstPauseMs, longestPauseMs, growth }: Bounds, least: number, random: () => number) {
    this.#bounds = new ExponentialBackoff({
      generator: growth === 'add' ? linearGenerator : noJitterGenerator,
      initialDelay: firstPauseMs,
      maxDelay: longestPauseMs,
    });
    this.#least = least;
    this.#random = random;
  }

  /** The pause after one more failure, ms. */
  next(): number {
    this.#current = this.#current?.next(undefined) ?? this.#bounds.next();
    return this.#current.duration * (this.#least + (1 - this.#least) * this.#random());
  }

  /** There was a success. */
  reset(): void {
    this.#current = undefined;
  }
}

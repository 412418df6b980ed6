import { OUTCOME } from '../instrument/batch.ts';
import { random } from '../instrument/clock.ts';
import type { ReadCall } from '../instrument/stages.types.ts';
import { RuleTable } from './rule-table.ts';
import type { SamplingConfig } from './sampling.types.ts';

const EVERYTHING: SamplingConfig = { rate: 1, rules: [], keepErrors: true, keepPriced: true };

/** Digits a share is rounded to: two of them multiplied give an end that is only the noise of floating point. */
const DIGITS = 12;

/** Draws, at its end, whether a call is recorded. */
export class Sampling {
  readonly #config: SamplingConfig;
  readonly #rates: RuleTable<number>;
  readonly #random: () => number;

  /** @param draw 0 ≤ x < 1 */
  constructor(config: SamplingConfig = EVERYTHING, draw: () => number = random) {
    this.#config = config;
    this.#rates = new RuleTable(config.rules, config.rate);
    this.#random = draw;
  }

  /** The share of calls like this one that are recorded; 0 when this one is not. */
  draw(call: ReadCall): number {
    const rate = this.#rateOf(call);
    return rate >= 1 || this.#random() < rate ? rate : 0;
  }

  /** That of the options times that of the annotation, which never applies to failures. */
  #rateOf(call: ReadCall): number {
    const { keepErrors, keepPriced } = this.#config;
    const succeeded = call.outcome === OUTCOME.ok;
    const annotated = succeeded ? (call.site.info.sample ?? 1) : 1;
    const rate = this.#rates.of(call);
    if (rate >= 1 || (succeeded ? keepPriced && isPriced(call) : keepErrors)) return annotated;
    return annotated >= 1 ? rate : Number((rate * annotated).toPrecision(DIGITS));
  }
}

/** It says what it costs, or how much of something it used that has a price. */
function isPriced({ site: { info }, values }: ReadCall): boolean {
  return isGiven(values?.amount ?? info.values?.amount) || isGiven(values?.usage ?? info.values?.usage);
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

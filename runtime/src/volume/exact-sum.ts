import { addDecimal, type Decimal, parseDecimal, ZERO } from '../query/decimal.ts';

/** Digits of a number that count: what queries read of one, too. */
const DIGITS = 15;

/** Adds without rounding; nearly always whole numbers, which cost next to nothing. */
export class ExactSum {
  #whole = 0;
  #rest: Decimal = ZERO;

  add(value: number): void {
    const whole = this.#whole + value;
    if (Number.isSafeInteger(value) && Number.isSafeInteger(whole)) this.#whole = whole;
    else this.#rest = addDecimal(this.#rest, parseDecimal(value.toPrecision(DIGITS)) ?? ZERO);
  }

  /** Whether the sum with this value added is one that a number can hold. */
  fits(value: number): boolean {
    if (this.#rest === ZERO && Number.isSafeInteger(value)) return Math.abs(this.#whole + value) < 10 ** DIGITS;
    const { digits } = addDecimal(this.total, parseDecimal(value.toPrecision(DIGITS)) ?? ZERO);
    return String(digits).replace(/^-|0+$/g, '').length <= DIGITS;
  }

  get total(): Decimal {
    return addDecimal(this.#rest, { digits: BigInt(this.#whole), scale: 0 });
  }
}

import { toDecimalText } from '../event/decimal-text.ts';
import { DEFAULT_QUANTITY, valueRules } from '../event/fields.ts';
import { isRecord } from '../event/plain.ts';
import type { CallValues } from '../instrument/site.types.ts';
import type { ReadCall } from '../instrument/stages.types.ts';
import { addDecimal, type Decimal, formatDecimal, parseDecimal } from '../query/decimal.ts';
import { ExactSum } from './exact-sum.ts';
import { textKey } from './identity.ts';
import { skeleton, UsageSum } from './usage-sum.ts';

/** What of a call is added up, and what calls must have in common for that. */
export interface Measures {
  /** The same for calls that go together. */
  readonly key: string;
  readonly quantity: number;
  /** Undefined is unpriced, which is not 0. */
  readonly amount: Decimal | undefined;
  readonly usage: unknown;
}

const RULES = /* @__PURE__ */ valueRules(toDecimalText);

/** Digits that an amount can have in an event. */
const AMOUNT_LIMIT = 10n ** 34n;

/** Undefined for a call that must stand alone: what is wrong with its values is said where its event is made. */
export function measuresOf({ site: { info }, values }: ReadCall): Measures | undefined {
  const quantity = RULES.quantity.parse(given('quantity') ?? DEFAULT_QUANTITY);
  const paid = given('amount');
  const amount = paid === undefined ? undefined : parseDecimal(RULES.amount.parse(paid) ?? '');
  const usage = given('usage');
  if (quantity === undefined || (paid !== undefined && amount === undefined)) return undefined;
  if (usage !== undefined && !isRecord(usage)) return undefined;
  const key = values === undefined ? '' : keyOf(values, amount, usage);
  return key === undefined ? undefined : { key, quantity, amount, usage };

  /** As `readFields`: a value of the call is before one of the annotation. */
  function given(name: 'quantity' | 'amount' | 'usage'): unknown {
    const { [name]: value } = values !== undefined && name in values ? values : (info.values ?? {});
    return value ?? undefined;
  }
}

function keyOf(values: CallValues, amount: Decimal | undefined, usage: unknown): string | undefined {
  const common = usage === undefined ? null : skeleton(usage);
  if (common === undefined) return undefined;
  return textKey({ ...values, quantity: undefined, amount: amount !== undefined, usage: common });
}

/** The measures of many calls as one. */
export class MeasureSum {
  readonly #quantity: ExactSum = new ExactSum();
  readonly #usage: UsageSum = new UsageSum();
  #amount: Decimal | undefined = undefined;

  #calls = 0;

  /** False, and nothing is added, where amount or quantity would get more digits than an event can hold. */
  add({ quantity, amount, usage }: Measures): boolean {
    if (this.#calls > 0 && !this.#quantity.fits(quantity)) return false;
    if (amount !== undefined) {
      const sum = this.#amount === undefined ? amount : addDecimal(this.#amount, amount);
      if (this.#calls > 0 && (sum.digits >= AMOUNT_LIMIT || -sum.digits >= AMOUNT_LIMIT)) return false;
      this.#amount = sum;
    }
    this.#calls++;
    this.#quantity.add(quantity);
    if (usage !== undefined) this.#usage.add(usage);
    return true;
  }

  /** What one event for all of them says, beside what they have in common. */
  over(common: CallValues | undefined): CallValues {
    const usage = this.#usage.total;
    return {
      ...common,
      quantity: Number(formatDecimal(this.#quantity.total)),
      ...(this.#amount !== undefined && { amount: formatDecimal(this.#amount) }),
      ...(usage !== undefined && { usage }),
    };
  }
}

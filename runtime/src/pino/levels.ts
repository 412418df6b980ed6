/**
 * Levels of lines that are billing events, between pino's `info` and `warn`, so that a logger at `info` writes them:
 * `pino({ customLevels: billingLevels }, pino.transport({ target: '@panoptic/runtime/transport' }))`.
 */
export const billingLevels = { token_usage: 31, quota: 32, billing: 33, charge: 34, invoice: 35 } as const;

export type BillingLevel = keyof typeof billingLevels;

/** How pino begins a line, unless a formatter of the application puts something before the level. */
const BEGINNING = /^\{"level":(?:(\d+)|"([^"\\]*)")[,}]/;

/** The levels of one application: finds out which lines are billing events without reading the others. */
export class Levels {
  readonly #names: ReadonlyMap<unknown, BillingLevel>;

  /** @param numbers what differs from `billingLevels` */
  constructor(numbers: Readonly<Partial<Record<BillingLevel, number>>> = {}) {
    const names = new Map<unknown, BillingLevel>();
    for (const name of Object.keys(billingLevels) as BillingLevel[]) {
      names.set(numbers[name] ?? billingLevels[name], name).set(name, name);
    }
    this.#names = names;
  }

  /** The billing level of a parsed line: as a number, or as a name where the application formats levels so. */
  of(level: unknown): BillingLevel | undefined {
    return this.#names.get(level);
  }

  /** False where the text alone shows that the line is none of ours. */
  mayBe(line: string): boolean {
    const [, digits, name] = BEGINNING.exec(line) ?? [];
    if (digits !== undefined) return this.#names.has(Number(digits));
    return name === undefined || this.#names.has(name);
  }
}

import { type Point, weighedRanks } from './percentile.ts';
import type { GroupFacts } from './rows.ts';
import { WeighedSum } from './weight.ts';

/** What the answers of MongoDB say of one group, while they come in. */
export class MongoGroup implements GroupFacts {
  readonly key: readonly (string | null)[];
  readonly calls: WeighedSum = new WeighedSum();
  readonly errors: WeighedSum = new WeighedSum();
  readonly quantity: Map<string, WeighedSum> = new Map();
  readonly amount: Map<string, WeighedSum> = new Map();
  tenants = 0;
  /** As stored, however many calls they stand for. */
  events = 0;
  p50: number | null = null;
  p95: number | null = null;

  constructor(key: readonly (string | null)[]) {
    this.key = key;
  }

  /** The sum in a unit or currency. */
  sum(field: 'quantity' | 'amount', name: string): WeighedSum {
    const sums = this[field];
    let sum = sums.get(name);
    if (sum === undefined) sums.set(name, (sum = new WeighedSum()));
    return sum;
  }

  /** Ranks durations that the server could not rank itself. */
  rank(points: readonly Point[]): void {
    const [p50 = null, p95 = null] = weighedRanks(points, [0.5, 0.95]);
    this.p50 = p50;
    this.p95 = p95;
  }
}

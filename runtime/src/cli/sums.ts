import type { StoredDocument } from '../event/json.ts';
import { addDecimal, type Decimal, formatDecimal, parseDecimal, ZERO } from '../query/decimal.ts';
import { count } from './numbers.ts';
import { renderTable } from './table.ts';

/** What the events of one provider and service come to; sums are exact, as decimals. */
export interface Sum {
  readonly provider: string;
  readonly service: string | null;
  readonly events: number;
  /** By unit. */
  readonly quantity: Readonly<Record<string, string>>;
  /** By currency. */
  readonly amount: Readonly<Record<string, string>>;
}

interface Running {
  readonly provider: string;
  readonly service: string | null;
  events: number;
  readonly quantity: Map<string, Decimal>;
  readonly amount: Map<string, Decimal>;
}

/** Adds events up by provider and service. */
export class Sums {
  readonly #groups: Map<string, Running> = new Map();

  add({ provider, service = undefined, quantity, unit, amount, currency }: Partial<StoredDocument>): void {
    const key = JSON.stringify([String(provider), service]);
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = {
        provider: String(provider),
        service: service ?? null,
        events: 0,
        quantity: new Map(),
        amount: new Map(),
      };
      this.#groups.set(key, group);
    }
    group.events++;
    addTo(group.quantity, unit, quantity);
    addTo(group.amount, currency, amount);
  }

  /** By provider, then service. */
  rows(): Sum[] {
    return [...this.#groups.values()]
      .sort((a, b) => compare(a.provider, b.provider) || compare(a.service ?? '', b.service ?? ''))
      .map(({ quantity, amount, ...group }) => ({ ...group, quantity: spell(quantity), amount: spell(amount) }));
  }
}

export function sumsTable(rows: readonly Sum[], width: number): string {
  const named = (sums: Sum['amount']): string =>
    Object.entries(sums)
      .map((pair) => pair.reverse().join(' ').trim())
      .join(' + ');
  return renderTable(
    [
      { title: 'provider' },
      { title: 'service' },
      { title: 'events', align: 'right' },
      { title: 'quantity', align: 'right' },
      { title: 'amount', align: 'right' },
    ],
    rows.map(({ provider, service, events, quantity, amount }) => [
      provider,
      service ?? '-',
      count(events),
      named(quantity),
      named(amount),
    ]),
    width,
  );
}

function addTo(sums: Map<string, Decimal>, name: unknown, value: unknown): void {
  const decimal = value === undefined || value === null ? undefined : parseDecimal(String(value));
  if (decimal !== undefined) sums.set(String(name ?? ''), addDecimal(sums.get(String(name ?? '')) ?? ZERO, decimal));
}

const spell = (sums: ReadonlyMap<string, Decimal>): Record<string, string> =>
  Object.fromEntries([...sums].sort(([a], [b]) => compare(a, b)).map(([name, sum]) => [name, formatDecimal(sum)]));

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

import { bucketNamer } from './buckets.ts';
import { type CostQuery, type CostResult, type ResolvedQuery, resolveQuery } from './cost-query.ts';
import { addDecimal, type Decimal, parseDecimal, ZERO } from './decimal.ts';
import { type Dimension, FIELDS, type Field, isBucket, keyText, valueAt } from './dimensions.ts';
import { orderRows } from './order.ts';
import { type GroupFacts, toRow } from './rows.ts';

/** What a fold reads of a decoded document beside its dimensions. Nothing is taken for granted: a log may hold other versions. */
export type StoredEvent = { readonly [F in 'ts' | 'outcome' | 'quantity' | 'unit' | 'amount' | 'currency']?: unknown };

/** Answers a query by looking at every event once. Memory: one number a call for the percentiles, the rest by group. */
export async function foldEvents(
  query: CostQuery,
  events: AsyncIterable<StoredEvent> | Iterable<StoredEvent>,
): Promise<CostResult> {
  const resolved = resolveQuery(query);
  const keyOf = resolved.groupBy.map((dimension) => keyReader(dimension, resolved.timeZone));
  const groups = new Map<string, Group>();
  for await (const event of events) {
    if (!matches(event, resolved)) continue;
    const key = keyOf.map((read) => read(event));
    const id = JSON.stringify(key);
    let group = groups.get(id);
    if (group === undefined) groups.set(id, (group = newGroup(key)));
    add(group, event);
  }
  const rows = [...groups.values()].map((group) => toRow(facts(group), resolved));
  return { rows: orderRows(rows, resolved), percentiles: 'exact' };
}

interface Group {
  readonly key: (string | null)[];
  calls: number;
  errors: number;
  readonly durations: number[];
  readonly quantity: Map<string, Decimal>;
  readonly amount: Map<string, Decimal>;
  readonly tenants: Set<string>;
}

function newGroup(key: (string | null)[]): Group {
  return { key, calls: 0, errors: 0, durations: [], quantity: new Map(), amount: new Map(), tenants: new Set() };
}

function keyReader(dimension: Dimension, timeZone: string): (event: StoredEvent) => string | null {
  if (!isBucket(dimension)) return (event) => keyText(valueAt(event, FIELDS[dimension]));
  const name = bucketNamer(dimension, timeZone);
  return ({ ts }) => (ts instanceof Date ? name(ts) : null);
}

function matches(event: StoredEvent, { from, to, filter }: ResolvedQuery): boolean {
  const { ts } = event;
  if (from !== undefined && !(ts instanceof Date && ts >= from)) return false;
  if (to !== undefined && !(ts instanceof Date && ts < to)) return false;
  return (Object.keys(filter) as Field[]).every(
    (field) => filter[field]?.includes(keyText(valueAt(event, FIELDS[field]))) ?? true,
  );
}

function add(group: Group, event: StoredEvent): void {
  group.calls++;
  if (event.outcome === 'error') group.errors++;
  const duration = valueAt(event, 'metadata.duration_ms');
  if (typeof duration === 'number') group.durations.push(duration);
  const tenant = keyText(valueAt(event, FIELDS.tenant));
  if (tenant !== null) group.tenants.add(tenant);
  // 15 digits: what MongoDB reads of a double when it converts it to a decimal
  if (typeof event.quantity === 'number') addTo(group.quantity, event.unit, event.quantity.toPrecision(15));
  if (event.amount !== undefined) addTo(group.amount, event.currency, String(event.amount));
}

function addTo(sums: Map<string, Decimal>, name: unknown, text: string): void {
  const value = parseDecimal(text);
  if (value === undefined) return;
  const key = keyText(name) ?? '';
  sums.set(key, addDecimal(sums.get(key) ?? ZERO, value));
}

function facts({ durations, tenants, ...group }: Group): GroupFacts {
  const sorted = Float64Array.from(durations).sort();
  return { ...group, p50: nearestRank(sorted, 0.5), p95: nearestRank(sorted, 0.95), tenants: tenants.size };
}

function nearestRank(sorted: Float64Array, p: number): number | null {
  return sorted[Math.ceil(p * sorted.length) - 1] ?? null;
}

import { bucketNamer } from './buckets.ts';
import { type CostQuery, type CostResult, type ResolvedQuery, resolveQuery } from './cost-query.ts';
import { parseDecimal } from './decimal.ts';
import { type Dimension, FIELDS, type Field, isBucket, keyText, valueAt } from './dimensions.ts';
import { orderRows } from './order.ts';
import { nearestRank, type Point, weighedRanks } from './percentile.ts';
import { type GroupFacts, toRow } from './rows.ts';
import { sketchPoints } from './sketch-points.ts';
import { callsOf, rateOf, WeighedSum, wholeNumber } from './weight.ts';

/** What a fold reads of a decoded document beside its dimensions. Nothing is taken for granted: a log may hold other versions. */
export type StoredEvent = {
  readonly [F in 'ts' | 'outcome' | 'quantity' | 'unit' | 'amount' | 'currency' | 'sample_rate' | 'window']?: unknown;
};

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
  const isExact = [...groups.values()].every(({ windows }) => windows === 0);
  return { rows: orderRows(rows, resolved), percentiles: isExact ? 'exact' : 'approximate' };
}

interface Group {
  readonly key: (string | null)[];
  readonly calls: WeighedSum;
  readonly errors: WeighedSum;
  /** Of calls that stand for themselves. */
  readonly durations: number[];
  /** Of others. */
  readonly points: Point[];
  windows: number;
  readonly quantity: Map<string, WeighedSum>;
  readonly amount: Map<string, WeighedSum>;
  readonly tenants: Set<string>;
}

function newGroup(key: (string | null)[]): Group {
  return {
    key,
    calls: new WeighedSum(),
    errors: new WeighedSum(),
    durations: [],
    points: [],
    windows: 0,
    quantity: new Map(),
    amount: new Map(),
    tenants: new Set(),
  };
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
  const rate = rateOf(event);
  const calls = callsOf(event);
  if (calls > 1) group.windows++;
  group.calls.add(rate, wholeNumber(calls));
  group.errors.add(rate, wholeNumber(event.outcome === 'error' ? calls : 0));
  addDurations(group, event, rate, calls);
  const tenant = keyText(valueAt(event, FIELDS.tenant));
  if (tenant !== null) group.tenants.add(tenant);
  // 15 digits: what MongoDB reads of a double when it converts it to a decimal
  if (typeof event.quantity === 'number') addTo(group.quantity, event.unit, rate, event.quantity.toPrecision(15));
  if (event.amount !== undefined) addTo(group.amount, event.currency, rate, String(event.amount));
}

function addDurations(group: Group, event: StoredEvent, rate: number, calls: number): void {
  const sketch = valueAt(event, 'window.sketch');
  if (typeof sketch === 'string') {
    for (const { value, weight } of sketchPoints(sketch)) group.points.push({ value, weight: weight / rate });
    return;
  }
  const value = valueAt(event, 'metadata.duration_ms');
  if (typeof value !== 'number') return;
  if (calls === 1 && rate === 1) group.durations.push(value);
  else group.points.push({ value, weight: calls / rate });
}

function addTo(sums: Map<string, WeighedSum>, name: unknown, rate: number, text: string): void {
  const value = parseDecimal(text);
  if (value === undefined) return;
  const key = keyText(name) ?? '';
  const sum = sums.get(key) ?? new WeighedSum();
  sums.set(key, sum);
  sum.add(rate, value);
}

function facts({ durations, points, tenants, ...group }: Group): GroupFacts {
  return { ...group, ...percentiles(durations, points), tenants: tenants.size };
}

function percentiles(durations: readonly number[], points: readonly Point[]): Pick<GroupFacts, 'p50' | 'p95'> {
  if (points.length === 0) {
    const sorted = Float64Array.from(durations).sort();
    return { p50: nearestRank(sorted, 0.5), p95: nearestRank(sorted, 0.95) };
  }
  const all = [...points, ...durations.map((value) => ({ value, weight: 1 }))];
  const [p50 = null, p95 = null] = weighedRanks(all, [0.5, 0.95]);
  return { p50, p95 };
}

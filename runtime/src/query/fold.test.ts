import { expect, it } from 'vitest';
import { sampleEvent } from '../../../fixtures/tools/sample-events.ts';
import { fromJson } from '../event/json.ts';
import type { CostQuery } from './cost-query.ts';
import { foldEvents } from './fold.ts';

const answer = async (query: CostQuery, events: Parameters<typeof sampleEvent>[0][]) =>
  (
    await foldEvents(
      query,
      events.map((event) => fromJson(sampleEvent(event))),
    )
  ).rows;

it('answers nothing with no row, and everything with one', async () => {
  expect(await answer({}, [])).toEqual([]);
  expect(await answer({}, [{}, { outcome: 'error' }])).toEqual([
    { key: {}, calls: 2, errors: 1, p50: 5, p95: 5, quantity: { execution: 2 }, amount: {}, tenants: 1 },
  ]);
});

it('takes percentiles by nearest rank: a duration that was measured', async () => {
  const events = Array.from({ length: 20 }, (_, index) => ({ metadata: { duration_ms: 20 - index } }));
  expect(await answer({ measures: ['p50', 'p95'] }, events)).toEqual([{ key: {}, p50: 10, p95: 19 }]);
  expect(await answer({ measures: ['p50'] }, events.slice(0, 1))).toEqual([{ key: {}, p50: 20 }]);
});

it('keeps units and currencies apart and sums money exactly', async () => {
  const events = [
    { quantity: 0.1, unit: 'hour', amount: '0.1', currency: 'USD' },
    { quantity: 0.2, unit: 'hour', amount: '0.20', currency: 'USD' },
    { quantity: 3, unit: 'token', amount: '12345678901234567890.01', currency: 'EUR' },
    { quantity: 4, unit: 'token' },
  ];
  expect(await answer({ measures: ['quantity', 'amount'] }, events)).toEqual([
    { key: {}, quantity: { hour: 0.3, token: 7 }, amount: { EUR: '12345678901234567890.01', USD: '0.3' } },
  ]);
});

it('filters on raw values, null standing for absent, and on a half-open time', async () => {
  const events = [
    { user: 'ann', ts: '2026-01-01T00:00:00.000Z' },
    { ts: '2026-01-02T00:00:00.000Z' },
    { user: 'bob', ts: '2026-01-03T00:00:00.000Z' },
  ];
  const measures = ['calls'] as const;
  expect(await answer({ measures, filter: { user: [null, 'bob'] } }, events)).toEqual([{ key: {}, calls: 2 }]);
  const time = { from: new Date('2026-01-01'), to: new Date('2026-01-03') };
  expect(await answer({ measures, ...time }, events)).toEqual([{ key: {}, calls: 2 }]);
});

it('orders buckets by time, everything else by calls, and ties by key', async () => {
  const events = [
    { user: 'b', ts: '2026-01-02T00:00:00.000Z' },
    { user: 'a', ts: '2026-01-02T00:00:00.000Z' },
    { user: 'c', ts: '2026-01-01T00:00:00.000Z' },
    { user: 'c', ts: '2026-01-02T00:00:00.000Z' },
  ];
  const keys = async (query: CostQuery) => (await answer(query, events)).map(({ key }) => Object.values(key).join());
  expect(await keys({ groupBy: ['day'] })).toEqual(['2026-01-01', '2026-01-02']);
  expect(await keys({ groupBy: ['user'] })).toEqual(['c', 'a', 'b']);
  expect(await keys({ groupBy: ['user'], sort: { by: 'user', order: 'desc' }, limit: 2 })).toEqual(['c', 'b']);
});

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

it('counts a call that was drawn as many times as it stands for, and says so', async () => {
  const drawn = { sample_rate: 0.3, quantity: 0.1, unit: 'hour', amount: '0.02', currency: 'USD' };
  const events = [
    drawn,
    drawn,
    { ...drawn, outcome: 'error' as const, sample_rate: 0.5 },
    { quantity: 0.1, unit: 'hour' },
  ];
  expect(await answer({ measures: ['calls', 'errors', 'quantity', 'amount'] }, events)).toEqual([
    {
      key: {},
      calls: 9.666666666666666,
      errors: 2,
      quantity: { hour: 0.9666666666666667 },
      amount: { USD: '0.17333333333333333333' },
      estimated: true,
    },
  ]);
  const [row] = await answer({ groupBy: ['outcome'] }, [{}, { sample_rate: 1 }]);
  expect(row).not.toHaveProperty('estimated');
});

it('takes no share that is none', async () => {
  const wrong = [0, -1, 2, Number.NaN, '0.5'] as number[];
  const events = wrong.map((sample_rate) => ({ sample_rate }));
  expect(await answer({ measures: ['calls'] }, events)).toEqual([{ key: {}, calls: 5 }]);
});

it('weighs durations: a slow call that stands for ten is at the middle of eleven', async () => {
  const events = [
    ...Array(9).fill({ metadata: { duration_ms: 1 } }),
    { sample_rate: 0.1, metadata: { duration_ms: 80 } },
  ];
  expect(await answer({ measures: ['p50', 'p95'] }, events)).toEqual([{ key: {}, p50: 80, p95: 80, estimated: true }]);
});

it('counts the calls of a window, and merges their durations with those of single calls', async () => {
  const window = { from: '2026-03-01T12:00:00.000Z', to: '2026-03-01T12:00:10.000Z', sum: 1030, min: 1, max: 100 };
  const metadata = { duration_ms: 10.3 };
  const events = [
    { window: { ...window, count: 100, sketch: '1:60 2:30 97:10' }, quantity: 100, metadata },
    { window: { ...window, count: 20 }, quantity: 20, metadata },
    { metadata: { duration_ms: 500 } },
  ];
  const result = await foldEvents(
    {},
    events.map((event) => fromJson(sampleEvent(event))),
  );
  expect(result.percentiles).toBe('approximate');
  expect(result.rows).toEqual([
    { key: {}, calls: 121, errors: 0, p50: 2, p95: 97, quantity: { execution: 121 }, amount: {}, tenants: 1 },
  ]);
});

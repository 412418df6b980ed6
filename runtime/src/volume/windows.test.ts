import fc from 'fast-check';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { SITE_INFO } from '../../../fixtures/tools/site-info.ts';
import type { PanopticOptions } from '../config/options.ts';
import { setExecutionMetadata, withExecutionMetadata } from '../context/index.ts';
import type { BillingEvent } from '../event/billing-event.ts';
import { fromJson } from '../event/json.ts';
import { schemaProblems } from '../event/schema-check.ts';
import { site } from '../instrument/node.ts';
import type { CallValues, SiteInfo } from '../instrument/site.types.ts';
import type { ReadCall } from '../instrument/stages.types.ts';
import { runtimeState } from '../instrument/state.ts';
import { clearMemoryEvents, createPanoptic, flush, memoryEvents, stats } from '../panoptic.ts';
import { foldEvents } from '../query/fold.ts';

/** Windows end with the hour, which no test should see. */
const LONG = 3_600_000;

const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
const start = (aggregate: PanopticOptions['aggregate'], options: PanopticOptions = {}) =>
  createPanoptic({ transport: 'memory', ...(aggregate !== undefined && { aggregate }), ...options });
afterAll(() => void start(undefined));
beforeEach(() => {
  start(undefined);
  start(LONG);
  clearMemoryEvents();
  stderr.mockClear();
});

let made = 0;
/** A call of it says what it is given. */
function work(info: Partial<SiteInfo> = {}): (values?: CallValues) => void {
  const onStart = (values: CallValues = {}): CallValues => ({ ...values });
  const handle = site(1, { ...SITE_INFO, id: `w${++made}`, onStart, ...info });
  return (values) => {
    const call = handle.beginWith(values);
    call.returned(undefined);
    call.end();
  };
}

/** A call of another function, but for its times. */
function ended(): Omit<ReadCall, 'start' | 'end'> {
  const index = runtimeState().sites.push(SITE_INFO) - 1;
  return { site: { info: SITE_INFO, index }, snapshot: undefined, outcome: 0, values: undefined, extras: undefined };
}

const metered = (event: BillingEvent | undefined): unknown => {
  const { usage, quantity, amount, currency, window } = event ?? {};
  return { usage, quantity, amount, currency, calls: window?.count };
};

test('calls of one function in one context are one event, whole and valid', () => {
  const one = work({ name: 'Desk.total', provider: 'OpenAI', category: 'AI' });
  withExecutionMetadata({ tenant_id: 'acme', user_id: 7 }, () => {
    for (let call = 0; call < 50; call++) one({ model: 'm', usage: { tokens: call }, amount: '0.1' });
  });
  const [event, ...others] = memoryEvents();
  expect(others).toEqual([]);
  expect(schemaProblems(event)).toEqual([]);
  expect(event).toMatchObject({
    provider: 'OpenAI',
    model: 'm',
    user: '7',
    usage: { tokens: 1225 },
    quantity: 50,
    unit: 'execution',
    amount: '5',
    currency: 'USD',
    price: { status: 'priced' },
    outcome: 'ok',
    window: { count: 50, sketch: expect.stringMatching(/^[\d.e-]+:\d+( [\d.e-]+:\d+)*$/) },
    metadata: { function_name: 'Desk.total', tenant_id: 'acme' },
  });
  expect(event).not.toHaveProperty('sample_rate');
  const { window, ts, metadata } = event as BillingEvent;
  if (window === undefined) throw new Error('no window');
  expect(window.from).toBe(ts);
  expect(Date.parse(window.to)).toBeGreaterThanOrEqual(Date.parse(window.from));
  expect(window.min).toBeLessThanOrEqual(metadata.duration_ms);
  expect(metadata.duration_ms).toBeCloseTo(window.sum / 50, 5);
  expect(window.max).toBeGreaterThanOrEqual(metadata.duration_ms);
});

test('only what is the same goes together', () => {
  const same: CallValues = { model: 'a', unit: 'token', currency: 'EUR', tags: ['x'], attributes: { plan: 'pro' } };
  const differing: CallValues[] = [
    { model: 'b' },
    { unit: 'line' },
    { currency: 'USD' },
    { tags: ['y'] },
    { attributes: { plan: 'free' } },
    { service: 's' },
    { resource: 'r' },
    { category: 'c' },
    { user: 'u' },
    { requestId: '1' },
    { amount: 1 },
    { usage: { tier: 'flex' } },
  ];
  const [one, other] = [work(), work()];
  for (const values of [{}, ...differing]) {
    one({ ...same, ...values });
    one({ ...same, ...values });
  }
  other(same);
  other(same);
  withExecutionMetadata({ tenant_id: 'acme' }, () => {
    one(same);
    setExecutionMetadata({ plan: 'pro' });
    one(same);
    one(same);
  });
  const counts = memoryEvents().map(({ window }) => window?.count ?? 1);
  expect(counts).toEqual([...Array(differing.length + 1).fill(2), 2, 1, 2]);
});

test('contexts of the same content are one, and of fields that are named only those count and stay', () => {
  const one = work();
  const inRequest = (tenant_id: string, request_id: string): void =>
    withExecutionMetadata({ tenant_id, request_id }, one);
  inRequest('acme', '1');
  inRequest('acme', '1');
  inRequest('acme', '2');
  expect(memoryEvents().map(({ window }) => window?.count)).toEqual([2, undefined]);
  start({ windowMs: LONG, context: ['tenant_id'] });
  for (let request = 0; request < 10; request++) inRequest(request % 2 ? 'acme' : 'globex', String(request));
  inRequest('alone', '11');
  const events = memoryEvents().map(({ window, metadata }) => [metadata.tenant_id, metadata.request_id, window?.count]);
  expect(events).toEqual([
    ['globex', undefined, 5],
    ['acme', undefined, 5],
    ['alone', undefined, undefined],
  ]);
});

test('sums are exact, whatever numbers they are of', () => {
  const one = work();
  for (const amount of ['0.1', 0.2, '12345678901234567890.000000001', '1E-7']) {
    one({
      amount,
      quantity: 0.1,
      usage: { prompt: 3, details: { cached: 0.1 }, list: [{ kind: 'text', n: 1 }], big: 2n },
    });
  }
  one({
    amount: '1',
    quantity: 2,
    usage: { prompt: null, answer: 7, details: { cached: 0.2 }, list: [{ kind: 'text' }] },
  });
  expect(memoryEvents().map(metered)).toEqual([
    {
      usage: { prompt: 12, details: { cached: 0.6 }, list: [{ kind: 'text', n: 4 }], big: 8, answer: 7 },
      quantity: 2.4,
      amount: '12345678901234567891.3000001010000000'.replace(/0+$/, ''),
      currency: 'USD',
      calls: 5,
    },
  ]);
});

test('literals of the annotation are summed as well', () => {
  const one = work({ values: { amount: 0.002, quantity: 3, unit: 'page' } });
  one();
  one();
  one({ amount: 1 });
  expect(memoryEvents().map(metered)).toEqual([
    { usage: undefined, quantity: 9, amount: '1.004', currency: 'USD', calls: 3 },
  ]);
});

test('a sum that would outgrow its field begins another window', () => {
  const one = work();
  const huge = `${'9'.repeat(33)}.5`;
  for (const amount of [huge, '0.4', huge]) one({ amount });
  expect(memoryEvents().map(({ amount }) => amount)).toEqual([`${'9'.repeat(33)}.9`, huge]);
  clearMemoryEvents();
  for (const quantity of [99_999_999_999_999, 0.5, 0.25, 1]) one({ quantity });
  expect(memoryEvents().map(({ quantity }) => quantity)).toEqual([99_999_999_999_999.5, 1.25]);
});

test('failures, and values that cannot be added up, stand alone', () => {
  const handle = site(1, { ...SITE_INFO, id: `w${++made}` });
  const fail = (error: unknown): void => {
    const call = handle.begin();
    call.threw(error);
    call.end();
  };
  fail(new Error('no'));
  fail(new Error('no'));
  fail(new DOMException('left', 'AbortError'));
  const one = work();
  for (const values of [{ amount: 'much' }, { quantity: 'many' }, { usage: 3 }, { usage: { tokens: Number.NaN } }]) {
    one(values);
    one(values);
  }
  one({ attributes: { text: 'x'.repeat(1024), more: 'x' } });
  const events = memoryEvents();
  expect(events.map(({ outcome }) => outcome)).toEqual(['error', 'error', 'aborted', ...Array(9).fill('ok')]);
  expect(events.every(({ window }) => window === undefined)).toBe(true);
});

test('rules say which functions, and for how long', () => {
  start({ windowMs: 0, rules: [{ function: 'often', windowMs: LONG }] });
  const [often, seldom] = [work({ name: 'often' }), work({ name: 'seldom' })];
  for (const call of [often, seldom, often, seldom]) call();
  expect(memoryEvents().map(({ metadata, window }) => [metadata.function_name, window?.count])).toEqual([
    ['seldom', undefined],
    ['seldom', undefined],
    ['often', 2],
  ]);
});

test('a window is written when its time is over, and at a flush', async () => {
  start(20);
  const one = work();
  const before = stats().recorded;
  const calls = (): number => stats().recorded - before;
  one();
  one();
  expect(stats().volume.openWindows).toBe(1);
  await vi.waitFor(() => expect(stats().volume.openWindows).toBe(0));
  // the second call may have come when the window of the first was over
  const counted = memoryEvents().reduce((sum, { window }) => sum + (window?.count ?? 1), 0);
  expect(counted).toBe(2);
  const written = calls();
  start(LONG);
  one();
  expect(calls()).toBe(written);
  await flush();
  expect(calls()).toBe(written + 1);
});

test('a short window ends in time beside a long one, and what ended long ago stands alone', async () => {
  start({ windowMs: LONG, rules: [{ function: 'short', windowMs: 20 }] });
  const [long, short] = [work({ name: 'long' }), work({ name: 'short' })];
  const before = stats().recorded;
  long();
  short();
  await vi.waitFor(() => expect(stats().recorded).toBe(before + 1));
  expect(stats().volume.openWindows).toBe(1);
  const { stages } = runtimeState();
  const [now, old] = [performance.now(), ended()];
  expect(stages?.admit({ ...old, start: now - 1, end: now })).toBe(0);
  expect(stages?.admit({ ...old, start: now - 2 * LONG, end: now - 2 * LONG })).toBe(1);
  expect(stages?.waiting).toBe(2);
});

test('a call that began in another hour stands alone, so that no window lies in that', () => {
  const { stages } = runtimeState();
  const now = performance.now();
  const hour = now - (Date.now() % LONG);
  const [one, other] = [ended(), ended()];
  expect(stages?.admit({ ...one, start: hour - 2, end: now })).toBe(1);
  expect(stages?.admit({ ...one, start: hour + 1, end: now })).toBe(0);
  expect(stages?.admit({ ...one, start: hour - 2, end: now })).toBe(1);
  expect(stages?.admit({ ...one, start: hour + 2, end: now })).toBe(0);
  expect(stages?.admit({ ...other, start: hour - 2, end: now })).toBe(1);
  expect(stages?.waiting).toBe(1);
});

test('windows beyond the bound are closed early: counted and said', () => {
  start({ windowMs: LONG, maxWindows: 3 });
  const one = work();
  const before = stats().volume.windowsClosedEarly;
  for (const model of ['a', 'b', 'c', 'd', 'a', 'a']) one({ model });
  expect(stats().volume).toMatchObject({ openWindows: 3, windowsClosedEarly: before + 2 });
  expect(memoryEvents().map(({ model, window }) => [model, window?.count])).toEqual([
    ['a', undefined],
    ['b', undefined],
    ['c', undefined],
    ['d', undefined],
    ['a', 2],
  ]);
  expect(stderr.mock.calls.join('\n')).toMatch(/PAN4161: \d+ windows so far were closed early/);
});

test('what is in a window is neither drawn nor limited; what stands alone is', () => {
  const rules = [{ function: 'often', windowMs: LONG }];
  start({ windowMs: 0, rules }, { sampling: 0, rateLimit: { eventsPerSecond: 0.001 } });
  const [often, annotated, seldom] = [work({ name: 'often' }), work({ name: 'often', sample: 0 }), work()];
  for (let call = 0; call < 5; call++) for (const one of [often, annotated, seldom]) one();
  expect(memoryEvents().map(({ window, sample_rate }) => [window?.count, sample_rate])).toEqual([
    [5, undefined],
    [5, undefined],
  ]);
});

test('a hook that calls billed functions while windows are written changes nothing', () => {
  const one = work();
  start({ windowMs: LONG, maxWindows: 1 }, { onDiagnostic: () => one({ model: 'hook' }) });
  for (const model of ['a', 'b', 'c']) one({ model });
  const models = memoryEvents().map(({ model }) => model);
  expect(models.filter((model) => model !== 'hook')).toEqual(['a', 'b', 'c']);
});

/** Calls as an application makes them, once recorded singly and once in windows. */
const call = fc.record({
  tenant: fc.constantFrom('acme', 'globex'),
  fails: fc.boolean(),
  model: fc.constantFrom('small', 'large'),
  quantity: fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.constantFrom(0.1, 0.25, 1e-6, 1e15)),
  amount: fc.option(fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 9n }), fc.integer({ min: 0, max: 9 }))),
  tokens: fc.option(fc.nat(1000)),
});

test('every sum and count of a query is the same with windows and without', async () => {
  const property = fc.asyncProperty(fc.array(call, { maxLength: 80 }), async (calls) => {
    const query = {
      groupBy: ['tenant', 'model', 'outcome'],
      measures: ['calls', 'errors', 'quantity', 'amount'],
    } as const;
    const run = async (aggregate: number | undefined): Promise<unknown> => {
      start(aggregate);
      clearMemoryEvents();
      const handle = site(1, { ...SITE_INFO, id: `w${++made}`, onStart: (values: CallValues) => values });
      for (const { tenant, fails, model, quantity, amount, tokens } of calls) {
        withExecutionMetadata({ tenant_id: tenant }, () => {
          const usage = tokens === null ? null : { tokens };
          const paid = amount === null ? undefined : `${amount[0]}E-${amount[1]}`;
          const running = handle.beginWith({ model, quantity, amount: paid, usage });
          if (fails) running.threw(new Error('no'));
          running.end();
        });
      }
      return foldEvents(query, memoryEvents().map(fromJson));
    };
    const [windows, single] = [await run(LONG), await run(undefined)];
    expect(windows).toMatchObject({ rows: (single as { rows: unknown }).rows });
  });
  await fc.assert(property, { numRuns: 60 });
});

test('percentiles of windows are within 1 % of the true ones', async () => {
  const durations = fc.array(fc.double({ min: 0.001, max: 1000, noNaN: true }), { minLength: 1, maxLength: 300 });
  const { DurationSketch } = await import('./sketch.ts');
  const property = fc.asyncProperty(durations, fc.nat(300), async (all, cut) => {
    const events = [all.slice(0, cut), all.slice(cut)]
      .filter((part) => part.length > 0)
      .map((part) => {
        const sketch = new DurationSketch();
        for (const duration of part) sketch.add(duration);
        return { window: { count: part.length, sketch: String(sketch) } };
      });
    const [row] = (await foldEvents({ measures: ['calls', 'p50', 'p95'] }, events)).rows;
    const sorted = all.toSorted((a, b) => a - b);
    expect(row?.calls).toBe(all.length);
    for (const [p, found] of [
      [0.5, row?.p50],
      [0.95, row?.p95],
    ] as const) {
      const exact = sorted[Math.ceil(p * all.length - 1e-9) - 1] ?? Number.NaN;
      // rounded to four digits on top
      expect(Math.abs((found ?? 0) / exact - 1)).toBeLessThan(0.011);
    }
  });
  await fc.assert(property);
});

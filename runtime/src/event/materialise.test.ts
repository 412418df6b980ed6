import { Decimal128, ObjectId } from 'bson';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withExecutionMetadata } from '../context/index.ts';
import type { Batch } from '../instrument/batch.ts';
import { sealBatch } from '../instrument/columns.ts';
import { site } from '../instrument/node.ts';
import type { CallValues, SiteInfo } from '../instrument/site.types.ts';
import { runtimeState } from '../instrument/state.ts';
import { type BillingDocument, decodeEvent } from './document.ts';
import { invalidValues } from './invalid.ts';
import { materialise } from './materialise.ts';
import { createRouter } from './router.ts';

const origin = { project: 'my-app', env: 'test', username: 'John Doe', commit: 'c0ffee' };
const router = createRouter('test', 'John Doe', 500);
const batches: Batch[] = [];
let stderr: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  runtimeState().sink = (batch) => batches.push(batch);
  stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
  invalidValues().clear();
});
afterEach(() => stderr.mockRestore());

const INFO: SiteInfo = {
  id: 'site-1',
  name: 'ask',
  file: 'src/ask.ts',
  line: 2,
  kind: 'function',
  async: false,
  provider: 'Google Cloud (GCP)',
  category: 'CLOUD',
};

/** Runs one call through the real instrument and gives the stored document. */
function record(info: Partial<SiteInfo> = {}, result?: unknown, error?: unknown): BillingDocument {
  const call = site(1, { ...INFO, ...info }).begin();
  try {
    if (error !== undefined) call.threw(error);
    else call.returned(result);
  } finally {
    call.end();
  }
  sealBatch();
  const [batch] = batches.splice(0) as [Batch];
  const [event] = materialise(batch, runtimeState().sites, origin, router);
  if (event === undefined) throw new Error('no event');
  expect(event).toMatchObject({ database: 'panoptic-test', collection: 'google_cloud_gcp_john_doe' });
  const document = decodeEvent(event.doc);
  expect(document._id.toHexString()).toBe(event.id);
  return document;
}

const withValues = (values: Record<string, unknown>): BillingDocument =>
  record({ onResult: () => values as CallValues });

test('a call without values has every field that is always present, and raw names', () => {
  const before = Date.now();
  const document = record({ args: ['string'], body: 'ab12' });
  expect(document).toEqual({
    v: 1,
    _id: expect.any(ObjectId),
    ts: expect.any(Date),
    projectId: 'my-app',
    env: 'test',
    username: 'John Doe',
    category: 'CLOUD',
    provider: 'Google Cloud (GCP)',
    resource: 'ask',
    site: 'site-1',
    quantity: 1,
    unit: 'execution',
    price: { status: 'unpriced', reason: 'no rate card' },
    outcome: 'ok',
    commit: 'c0ffee',
    body: 'ab12',
    metadata: { function_name: 'ask', duration_ms: expect.any(Number), args_types: ['string'] },
  });
  // the monotonic clock and the wall clock may differ by their resolution
  expect(document.ts.getTime()).toBeGreaterThanOrEqual(before - 2);
  expect(Math.abs(document._id.getTimestamp().getTime() - document.ts.getTime())).toBeLessThan(1000);
});

test('every annotated value arrives in its field', () => {
  const document = withValues({
    service: 'chat',
    resource: 'completions',
    category: 'AI',
    model: 'gpt-4o',
    usage: { prompt_tokens: 3, details: { cached: 1, gone: null }, service_tier: 'flex', none: null },
    quantity: 7n,
    unit: 'tokens',
    amount: '0.000125',
    currency: 'eur',
    tags: ['llm', 'paid', 'llm'],
    user: 42,
    requestId: 'r-1',
    attributes: { plan: 'pro' },
  });
  expect(document).toMatchObject({
    service: 'chat',
    resource: 'completions',
    category: 'AI',
    model: 'gpt-4o',
    usage: { prompt_tokens: 3, details: { cached: 1 }, service_tier: 'flex' },
    quantity: 7,
    unit: 'tokens',
    currency: 'EUR',
    price: { status: 'priced', method: 'annotation' },
    tags: ['llm', 'paid'],
    user: '42',
    metadata: { request_id: 'r-1', plan: 'pro' },
  });
  expect(document.amount).toEqual(Decimal128.fromString('0.000125'));
  expect(document.usage).not.toHaveProperty('none');
  expect(invalidValues().size).toBe(0);
});

test('an amount without a currency is in dollars', () => {
  expect(withValues({ amount: 0.1 })).toMatchObject({ amount: Decimal128.fromString('0.1'), currency: 'USD' });
});

test.each([
  ['quantity', Number.NaN],
  ['quantity', '3'],
  ['model', 4],
  ['unit', ''],
  ['usage', 12],
  ['usage', [1]],
  ['amount', '12 dollars'],
  ['currency', 'dollars'],
  ['tags', [{}]],
  ['service', true],
])('a wrong %s is left out, counted and said; the event stays', (key, value) => {
  const document = withValues({ [key]: value });
  expect(document).toMatchObject({ quantity: 1, unit: 'execution', category: 'CLOUD', resource: 'ask' });
  expect(document).toEqual(expect.not.objectContaining({ [key]: value }));
  expect([...invalidValues()]).toEqual([[`ask ${key}`, 1]]);
});

test('a reference that found nothing is no mistake', () => {
  withValues({ usage: undefined, model: null });
  expect(invalidValues().size).toBe(0);
});

test('layers merge deep: context, then attributes, then what was measured', () => {
  const context = {
    tenant_id: 't1',
    user_id: 'u1',
    trace_id: 'a'.repeat(32),
    span_id: 'b'.repeat(16),
    nested: { a: 1, b: 1 },
    function_name: 'forged',
    duration_ms: -1,
    args_types: 'forged',
  };
  const document = withExecutionMetadata(context, () =>
    withValues({ attributes: { nested: { b: 2 }, duration_ms: -2 }, user: undefined }),
  );
  expect(document.metadata).toMatchObject({ tenant_id: 't1', nested: { a: 1, b: 2 }, function_name: 'ask' });
  expect(document.metadata.duration_ms).toBeGreaterThanOrEqual(0);
  expect(document.metadata).not.toHaveProperty('args_types');
  expect(document).toMatchObject({ user: 'u1', trace: { trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) } });
});

test('context=none leaves the execution metadata out', () => {
  const document = withExecutionMetadata({ tenant_id: 't1', user_id: 'u1' }, () => record({ context: 'none' }));
  expect(document.metadata).not.toHaveProperty('tenant_id');
  expect(document).not.toHaveProperty('user');
});

test('literals of the annotation are overridden by what the call read', () => {
  const document = record({
    values: { model: 'a', unit: 'x', attributes: { a: 1 } },
    onResult: () => ({ model: 'b', attributes: { b: 2 } }),
  });
  expect(document).toMatchObject({ model: 'b', unit: 'x', metadata: { a: 1, b: 2 } });
});

test('an error is kept with its code, and is never sampled away', () => {
  const document = record({ sample: 0.000001 }, undefined, Object.assign(new TypeError('no'), { code: 'E_NO' }));
  expect(document).toMatchObject({ outcome: 'error', error: { type: 'TypeError', message: 'no', code: 'E_NO' } });
  expect(document).not.toHaveProperty('sample_rate');
});

test('credentials in the message of an error do not reach the event', () => {
  const document = record({}, undefined, new Error('cannot reach mongodb://u:canary@db/x'));
  expect(document.error?.message).toBe('cannot reach mongodb://db/x');
  expect(JSON.stringify(document)).not.toContain('canary');
});

test('ids of one batch differ in their row alone', () => {
  const ids = new Set<string>();
  const annotated = site(1, INFO);
  for (let n = 0; n < 300; n++) annotated.begin().end();
  sealBatch();
  const [batch] = batches.splice(0) as [Batch];
  for (const { id } of materialise(batch, runtimeState().sites, origin, router)) ids.add(id);
  expect(ids.size).toBe(300);
  expect(new Set([...ids].map((id) => id.slice(8, 20))).size).toBe(1);
  const part = materialise(batch, runtimeState().sites, origin, router, 10, 20);
  expect(part.map(({ id }) => id)).toEqual([...ids].slice(10, 20));
});

test('a generator has its lifetime, and apart from it the time its body ran', () => {
  const call = site(1, { ...INFO, generator: true }).beginGenerator();
  call.paused();
  const paused = performance.now();
  while (performance.now() < paused + 5);
  call.resumed(undefined);
  call.completed();
  call.end();
  sealBatch();
  const [batch] = batches.splice(0) as [Batch];
  const [event] = materialise(batch, runtimeState().sites, origin, router);
  const { duration_ms, timing } = decodeEvent(event?.doc ?? new Uint8Array()).metadata;
  expect(timing).toEqual({
    total_ms: duration_ms,
    execution_ms: expect.any(Number),
    overhead_ms: expect.closeTo(duration_ms - (timing?.execution_ms ?? 0), 5),
  });
  expect(timing?.overhead_ms).toBeGreaterThanOrEqual(4.9);
  expect(record().metadata).not.toHaveProperty('timing');
});

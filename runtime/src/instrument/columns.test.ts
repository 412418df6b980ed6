import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SITE_INFO } from '../../../fixtures/tools/site-info.ts';
import type { Batch } from './batch.ts';
import { sealBatch, takePending } from './columns.ts';
import { recorder } from './recorder.ts';
import { site } from './site.ts';
import { type ContextSnapshot, runtimeState } from './state.ts';

const state = runtimeState();
const initial = { ...state };

beforeEach(() => {
  sealBatch();
  takePending();
  Object.assign(state, initial, { recorder });
});
afterEach(() => vi.restoreAllMocks());

function calls(count: number): void {
  const handle = site(1, {
    ...SITE_INFO,
  });
  for (let n = 0; n < count; n++) handle.begin().end();
}

const lengths = (batches: readonly Batch[]): number[] => batches.map(({ length }) => length);

it('seals a batch when the row after its last one is written', () => {
  state.batchCapacity = 10;
  calls(20);
  expect(lengths(state.pending)).toEqual([10]);
  calls(1);
  expect(lengths(takePending())).toEqual([10, 10]);
  expect(state.pending).toEqual([]);
  sealBatch();
  expect(lengths(takePending())).toEqual([1]);
  sealBatch();
  expect(takePending()).toEqual([]);
});

it('seals what waits after maxWaitTimeMs', async () => {
  state.maxWaitTimeMs = 5;
  const sealed = new Promise<Batch>((resolve) => {
    state.sink = resolve;
  });
  calls(3);
  expect((await sealed).length).toBe(3);
});

it('lets what waits go on filling while delivery is congested', async () => {
  state.maxWaitTimeMs = 5;
  let congested = true;
  const asked = vi.fn(() => congested);
  state.congested = asked;
  const sealed = new Promise<Batch>((resolve) => {
    state.sink = resolve;
  });
  calls(3);
  await vi.waitFor(() => expect(asked.mock.calls.length).toBeGreaterThan(2), 30_000);
  calls(2);
  congested = false;
  expect((await sealed).length).toBe(5);
});

it('loses no call that somebody makes when he hears of the calls before', () => {
  const handle = site(1, { ...SITE_INFO });
  const sealed: Batch[] = [];
  state.batchCapacity = 4;
  state.sink = (batch) => {
    if (sealed.push(batch) === 1) handle.begin().end();
  };
  calls(9);
  sealBatch();
  expect(sealed.reduce((sum, { length }) => sum + length, 0)).toBe(10);
});

it('counts and says what no one takes over, and keeps the oldest', () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  state.batchCapacity = 4;
  state.maxPendingBatches = 2;
  const { dropped, recorded } = state.counters;
  calls(4 * 5);
  sealBatch();
  expect(state.counters.recorded - recorded).toBe(20);
  expect(state.counters.dropped - dropped).toBe(12);
  const kept = takePending();
  expect(lengths(kept)).toEqual([4, 4]);
  expect(kept[1]?.serial).toBe((kept[0]?.serial ?? 0) + 1);
  expect(said).toHaveBeenCalledTimes(1);
  expect(said.mock.calls[0]?.[0]).toMatch(/^Panoptic PAN3002: /);
});

it('counts a batch that the sink refuses by throwing, and goes on', () => {
  state.sink = () => {
    throw new Error('sink');
  };
  const { dropped, internalErrors } = state.counters;
  calls(2);
  sealBatch();
  expect(state.counters).toMatchObject({ dropped: dropped + 2, internalErrors: internalErrors + 1 });
  calls(1);
});

it('wakes delivery once, at the first event, outside the contexts of the application', () => {
  const order: string[] = [];
  state.outside = (work) => {
    order.push('outside');
    return work();
  };
  state.wake = () => {
    order.push('wake');
    throw new Error('a wake that fails is no concern of the caller');
  };
  calls(1);
  expect(order).toContain('wake');
  expect(order[order.indexOf('wake') - 1]).toBe('outside');
  sealBatch();
  calls(1);
  expect(order.filter((step) => step === 'wake')).toHaveLength(1);
});

it('draws a seed of its own for each batch, once', () => {
  state.batchCapacity = 1;
  calls(50);
  sealBatch();
  const sealed = takePending();
  expect(new Set(sealed.map(({ seed }) => seed.join())).size).toBe(50);
  expect(sealed[0]?.seed).toBe(sealed[0]?.seed);
  expect(sealed[0]?.seed).toHaveLength(6);
});

it('anchors its clock to the wall', () => {
  const before = Date.now();
  calls(1);
  const after = Date.now();
  const { batch } = state;
  const ts = (batch?.epoch ?? 0) + (batch?.start[0] ?? 0);
  // the wall clock counts whole milliseconds
  expect(ts).toBeGreaterThanOrEqual(before - 2);
  expect(ts).toBeLessThanOrEqual(after + 2);
});

it('stores each snapshot once a batch, and none for a site that wants none', () => {
  state.batchCapacity = 4;
  const snapshot = (tenant_id: string): ContextSnapshot => ({ data: { tenant_id }, serial: 0, index: 0 });
  const ada = snapshot('ada');
  const bob = snapshot('bob');
  let current: ContextSnapshot | undefined;
  state.storage = {
    getStore: () => current && { snapshot: current },
    run: (_, work) => work(),
  };
  for (current of [ada, bob, ada, undefined, bob]) calls(1);
  sealBatch();
  const [first, second] = takePending();
  expect(first?.contexts).toEqual([undefined, ada.data, bob.data]);
  expect([...(first?.context ?? [])]).toEqual([1, 2, 1, 0]);
  expect(second?.contexts).toEqual([undefined, bob.data]);
  expect(second?.context[0]).toBe(1);
});

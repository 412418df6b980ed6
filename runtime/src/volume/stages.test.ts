import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { SITE_INFO } from '../../../fixtures/tools/site-info.ts';
import type { PanopticOptions } from '../config/options.ts';
import { withExecutionMetadata } from '../context/index.ts';
import { site } from '../instrument/node.ts';
import type { SiteInfo } from '../instrument/site.types.ts';
import { runtimeState } from '../instrument/state.ts';
import { clearMemoryEvents, createPanoptic, memoryEvents, type Panoptic, stats } from '../panoptic.ts';
import { VolumeStages } from './stages.ts';

const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
afterAll(() => void createPanoptic({ transport: 'memory' }));
beforeEach(() => {
  start();
  clearMemoryEvents();
  stderr.mockClear();
});

const start = (options: PanopticOptions = {}): Panoptic => createPanoptic({ transport: 'memory', ...options });

let made = 0;
/** A function of its own for each test, since stages remember functions. */
function annotated(info: Partial<SiteInfo> = {}): (quantity?: number) => void {
  const handle = site(1, { ...SITE_INFO, id: `s${++made}`, ...info });
  return (quantity) => {
    const call = handle.beginWith(quantity);
    call.returned(undefined);
    call.end();
  };
}

const failing = (info: Partial<SiteInfo> = {}): (() => void) => {
  const handle = site(1, { ...SITE_INFO, id: `s${++made}`, ...info });
  return () => {
    const call = handle.begin();
    call.threw(new TypeError('no'));
    call.end();
  };
};

const times = (count: number, work: () => void): void => {
  for (let call = 0; call < count; call++) work();
};

/** What the test changed of the counters. */
function counted(work: () => void): ReturnType<typeof stats>['volume'] {
  const before = stats().volume;
  work();
  const after = stats().volume;
  return Object.fromEntries(
    Object.entries(after).map(([name, count]) => [name, count - before[name as keyof typeof before]]),
  ) as typeof before;
}

test('where everything is off there are no stages, whoever asks', () => {
  expect(runtimeState().stages).toBeUndefined();
  start({ sampling: 0.5 });
  expect(runtimeState().stages).toBeDefined();
  start();
  expect(runtimeState().stages).toBeUndefined();
});

test('the share that was applied stands in the event, and the others are counted', () => {
  start({
    sampling: {
      rate: 1,
      rules: [
        { function: 'never', rate: 0 },
        { function: 'h*f', rate: 0.5 },
      ],
    },
  });
  const all = ['never', 'half', 'always'].map((name) => annotated({ name }));
  const call = (work: () => void): void => work();
  const volume = counted(() => times(200, () => all.forEach(call)));
  const events = memoryEvents();
  const of = (name: string) => events.filter(({ metadata }) => metadata.function_name === name);
  expect(of('never')).toEqual([]);
  expect(of('always')).toHaveLength(200);
  expect(of('always')[0]).not.toHaveProperty('sample_rate');
  expect(new Set(of('half').map(({ sample_rate }) => sample_rate))).toEqual(new Set([0.5]));
  expect(of('half').length).toBeGreaterThan(50);
  expect(of('half').length).toBeLessThan(150);
  expect(volume).toMatchObject({ sampledOut: 600 - events.length, rateLimited: 0, deduplicated: 0 });
});

test("the annotation's share is counted without any option, too", () => {
  const work = annotated({ sample: 0 });
  expect(counted(() => times(5, work)).sampledOut).toBe(5);
});

test('a call is recorded once that is made again in the same way within the time', () => {
  start({ dedupe: 60_000 });
  const work = annotated({ onStart: (quantity) => ({ quantity }) });
  const volume = counted(() => {
    for (const tenant_id of ['acme', 'globex', 'acme']) {
      withExecutionMetadata({ tenant_id }, () => [1, 2, 1].forEach(work));
    }
    [1, 1].forEach(work);
  });
  const seen = memoryEvents().map(({ quantity, metadata }) => `${metadata.tenant_id} ${quantity}`);
  expect(seen).toEqual(['acme 1', 'acme 2', 'globex 1', 'globex 2', 'undefined 1']);
  expect(volume).toMatchObject({ sampledOut: 0, rateLimited: 0, deduplicated: 6 });
});

test('only for the functions that a rule names, until the time is over, and never for failures', async () => {
  start({ dedupe: { ttl: 0, rules: [{ function: 'price', ttl: 30 }] } });
  const [price, other] = [annotated({ name: 'price' }), annotated({ name: 'other' })];
  times(3, price);
  times(3, other);
  times(3, failing({ name: 'price' }));
  await new Promise((resolve) => setTimeout(resolve, 40));
  times(3, price);
  const names = memoryEvents().map(({ metadata, outcome }) => `${metadata.function_name} ${outcome}`);
  expect(names).toEqual(['price ok', ...Array(3).fill('other ok'), ...Array(3).fill('price error'), 'price ok']);
});

test('of fields that are named only those count', () => {
  start({ dedupe: { ttl: 60_000, context: ['tenant_id'] } });
  const work = annotated();
  for (let request = 0; request < 6; request++) {
    withExecutionMetadata({ tenant_id: request % 2 ? 'acme' : 'globex', request_id: `r-${request}` }, work);
  }
  // the first of each keeps all it has
  expect(memoryEvents().map(({ metadata }) => metadata.request_id)).toEqual(['r-0', 'r-1']);
});

test('what is remembered is bounded', () => {
  start({ dedupe: { ttl: 60_000, maxEntries: 10 } });
  const work = annotated({ onStart: (quantity) => ({ quantity }) });
  for (let quantity = 0; quantity < 20; quantity++) work(quantity);
  // the first is forgotten, the last is not
  [0, 19].forEach(work);
  expect(memoryEvents()).toHaveLength(21);
});

test('values that are too large to be remembered are recorded', () => {
  start({ dedupe: 60_000 });
  const work = annotated({ onStart: () => ({ attributes: { text: 'x'.repeat(1024), more: 'y'.repeat(1024) } }) });
  times(3, work);
  expect(memoryEvents()).toHaveLength(3);
});

test('calls beyond the limit are counted and said, and their number is in the line', () => {
  const panoptic = start({ rateLimit: { eventsPerSecond: 0.001, burst: 4 } });
  const work = annotated({ name: 'hot' });
  const volume = counted(() => times(10, work));
  expect(memoryEvents()).toHaveLength(4);
  expect(volume).toMatchObject({ sampledOut: 0, rateLimited: 6, deduplicated: 0 });
  expect(stderr.mock.calls.filter(([line]) => String(line).includes('PAN4160'))).toHaveLength(1);
  expect(stderr.mock.calls.join('\n')).toMatch(/PAN4160: \d+ calls so far are not recorded, hot among them/);
  expect(panoptic.stats().problems['PAN4160 PAN4160']).toBeGreaterThan(0);
});

test('a repetition is not drawn for, and what is left out by chance costs nothing of the limit', () => {
  start({
    dedupe: 60_000,
    sampling: { rate: 1, rules: [{ function: 'never', rate: 0 }] },
    rateLimit: { eventsPerSecond: 0.001, burst: 2 },
  });
  const volume = counted(() => {
    times(5, annotated({ name: 'never' }));
    times(5, annotated({ name: 'one' }));
    times(5, annotated({ name: 'two' }));
  });
  expect(memoryEvents()).toHaveLength(2);
  expect(volume).toMatchObject({ sampledOut: 1, rateLimited: 0, deduplicated: 12 });
});

test('the same options again keep what is remembered, others begin anew', () => {
  const options: PanopticOptions = { dedupe: 60_000, sampling: { rate: 1, rules: [{ function: /^x/, rate: 0 }] } };
  start(options);
  const work = annotated();
  work();
  start(structuredClone(options));
  work();
  expect(memoryEvents()).toHaveLength(1);
  start({ ...options, sampling: { rate: 1, rules: [{ function: /^y/, rate: 0 }] } });
  // and in another memory
  work();
  expect(memoryEvents()).toHaveLength(1);
});

test('a stage that fails records the call', () => {
  const stages = new VolumeStages({
    aggregate: undefined,
    dedupe: { ttl: 1, rules: [], context: undefined, maxEntries: 1 },
    sampling: undefined,
    rateLimit: undefined,
  });
  const { counters } = runtimeState();
  const before = counters.internalErrors;
  const call = {
    site: { info: SITE_INFO, index: 0 },
    start: 0,
    end: 1,
    outcome: 0,
    values: undefined,
    extras: undefined,
    get snapshot(): never {
      throw new Error('a bug');
    },
  };
  expect(stages.admit(call)).toBe(1);
  expect(counters.internalErrors).toBe(before + 1);
});

import { beforeEach, describe, expect, it } from 'vitest';
import { SITE_INFO } from '../../../fixtures/tools/site-info.ts';
import { type Batch, OUTCOME } from './batch.ts';
import { sealBatch } from './columns.ts';
import { recorder } from './recorder.ts';
import { site } from './site.ts';
import type { Site, SiteInfo } from './site.types.ts';
import { runtimeState } from './state.ts';

const state = runtimeState();
let batches: Batch[] = [];

beforeEach(() => {
  sealBatch();
  batches = [];
  state.recorder = recorder;
  state.sink = (batch) => batches.push(batch);
});

function siteOf(info: Partial<SiteInfo> = {}): Site {
  return site(1, {
    ...SITE_INFO,
    generator: true,
    ...info,
  });
}

function rows() {
  sealBatch();
  return batches.flatMap((batch) =>
    Array.from({ length: batch.length }, (_, row) => ({
      outcome: batch.outcome[row],
      duration: batch.duration[row] ?? Number.NaN,
      active: batch.extras.get(row)?.activeMs ?? Number.NaN,
      values: batch.values.get(row),
      message: batch.errors.get(row)?.message,
    })),
  );
}

/** As codegen writes `function* count(n) { for (…) yield i; return 'done'; }`. */
function counter(handle: Site): (n: number) => Generator<number, string, number> {
  return function* count(n) {
    const call = handle.beginGeneratorWith(n);
    try {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += call.resumed(yield call.paused(i)) ?? 0;
      if (sum < 0) throw new RangeError('negative');
      return call.returned(`sum ${sum}`);
    } catch (error) {
      throw call.threw(error);
    } finally {
      call.end();
    }
  };
}

function spin(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('a generator', () => {
  it('is one event when it has run to its end, and none when it was never started', () => {
    const count = counter(siteOf({ onResult: (result) => ({ service: result }) }));
    count(2);
    const started = count(2);
    started.next();
    expect(started.next(5)).toEqual({ value: 1, done: false });
    expect(rows()).toEqual([]);
    expect(started.next(6)).toEqual({ value: 'sum 11', done: true });
    expect(started.next()).toEqual({ value: undefined, done: true });
    expect(rows()).toMatchObject([{ outcome: OUTCOME.ok, values: { service: 'sum 11' } }]);
  });

  it('is aborted when its consumer leaves early, and an error when it throws', () => {
    const count = counter(siteOf({ onStart: (n) => ({ quantity: n }), onResult: () => ({ service: 'read' }) }));
    for (const i of count(9)) if (i === 3) break;
    const thrown = count(1);
    thrown.next();
    expect(() => thrown.next(-1)).toThrow(RangeError);
    const injected = count(1);
    injected.next();
    const error = new Error('from outside');
    expect(() => injected.throw(error)).toThrow(error);
    expect(rows()).toMatchObject([
      { outcome: OUTCOME.aborted, values: { quantity: 9 } },
      { outcome: OUTCOME.error, message: 'negative' },
      { outcome: OUTCOME.error, message: 'from outside' },
    ]);
    expect(rows()[0]?.values).toEqual({ quantity: 9 });
  });

  it('tells the time it ran from the time it stood still', () => {
    const handle = siteOf();
    function* work(): Generator<undefined> {
      const call = handle.beginGenerator();
      try {
        spin(4);
        call.resumed(yield call.paused());
        spin(4);
        call.completed();
      } catch (error) {
        throw call.threw(error);
      } finally {
        call.end();
      }
    }
    const before = performance.now();
    for (const _ of work()) spin(20);
    const whole = performance.now() - before;
    const [row] = rows();
    expect(row?.outcome).toBe(OUTCOME.ok);
    expect(row?.active).toBeGreaterThanOrEqual(7.9);
    expect(row?.duration).toBeGreaterThanOrEqual((row?.active ?? 0) + 19.9);
    expect(row?.duration).toBeLessThanOrEqual(whole);
  });

  it('followed as a stream, sums up what it gave out, the last known value of each', () => {
    const handle = siteOf({
      stream: true,
      onResult: (chunk) => ({ model: chunk?.model, usage: chunk?.usage, attributes: { id: chunk?.id } }),
    });
    function* chunks(): Generator<object> {
      const call = handle.beginGenerator();
      try {
        call.resumed(yield call.paused({ model: 'small', id: 1 }));
        call.resumed(yield call.paused({ usage: { tokens: 3 }, id: null }));
        call.resumed(yield call.paused({ usage: null }));
        call.completed();
      } finally {
        call.end();
      }
    }
    expect([...chunks()]).toHaveLength(3);
    for (const _ of chunks()) break;
    const read = { model: 'small', attributes: { id: 1 } };
    expect(rows()).toMatchObject([
      { outcome: OUTCOME.ok, values: { ...read, usage: { tokens: 3 } } },
      { outcome: OUTCOME.aborted, values: read },
    ]);
  });
});

describe('an asynchronous generator', () => {
  const handle = (): Site => siteOf({ async: true, onResult: (result) => ({ quantity: result }) });

  async function* produce(site: Site, result: unknown): AsyncGenerator<number, unknown> {
    const call = site.beginAsyncGenerator();
    try {
      call.resumed(yield call.paused(1));
      await null;
      return call.returned(result);
    } catch (error) {
      throw call.threw(error);
    } finally {
      call.end();
    }
  }

  async function drain(source: AsyncGenerator<number, unknown>): Promise<unknown> {
    for (;;) {
      const { done, value } = await source.next();
      if (done) return value;
    }
  }

  it('ends with what its returned promise resolved to, or as an error when that rejects', async () => {
    expect(await drain(produce(handle(), Promise.resolve(7)))).toBe(7);
    expect(await drain(produce(handle(), 8))).toBe(8);
    const error = new Error('late');
    await expect(drain(produce(handle(), Promise.reject(error)))).rejects.toBe(error);
    expect(rows()).toMatchObject([
      { outcome: OUTCOME.ok, values: { quantity: 7 } },
      { outcome: OUTCOME.ok, values: { quantity: 8 } },
      { outcome: OUTCOME.error, message: 'late' },
    ]);
  });

  it('is aborted by the end of a loop that leaves it', async () => {
    for await (const _ of produce(handle(), 1)) break;
    expect(rows()).toMatchObject([{ outcome: OUTCOME.aborted, values: undefined }]);
  });
});

it('a thrown promise is no error: what threw it asks to be called again', () => {
  const call = siteOf().begin();
  call.threw(Promise.resolve());
  call.end();
  expect(rows()).toMatchObject([{ outcome: OUTCOME.aborted, message: undefined }]);
});

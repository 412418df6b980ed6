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
    ...info,
  });
}

/** What was recorded since the test began, row by row. */
function rows() {
  sealBatch();
  return batches.flatMap((batch) =>
    Array.from({ length: batch.length }, (_, row) => ({
      name: state.sites[batch.site[row] ?? -1]?.name,
      outcome: batch.outcome[row],
      duration: batch.duration[row] ?? Number.NaN,
      start: batch.start[row] ?? Number.NaN,
      values: batch.values.get(row),
      error: batch.errors.get(row),
    })),
  );
}

/** As generated code calls a synchronous function. */
function run<T>(handle: Site, body: () => T): T {
  const call = handle.begin();
  try {
    return call.returned(body());
  } catch (error) {
    throw call.threw(error);
  } finally {
    call.end();
  }
}

async function runAsync<T>(handle: Site, body: () => Promise<T>): Promise<T> {
  const call = handle.beginAsync();
  try {
    return call.returned(await body());
  } catch (error) {
    throw call.threw(error);
  } finally {
    call.end();
  }
}

function thrower(value: unknown): never {
  throw value;
}

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return 'nothing was thrown';
}

describe('a synchronous call', () => {
  it('gives the value back and leaves one row', () => {
    const value = { usage: 3 };
    expect(run(siteOf(), () => value)).toBe(value);
    expect(rows()).toMatchObject([{ name: 'work', outcome: OUTCOME.ok, values: undefined, error: undefined }]);
  });

  it('measures from before the body to after it', () => {
    const before = performance.now();
    run(siteOf(), () => {
      while (performance.now() - before < 5);
    });
    const after = performance.now();
    const [row] = rows();
    expect(row?.start).toBeGreaterThanOrEqual(before);
    expect(row?.duration).toBeGreaterThanOrEqual(4.9);
    expect((row?.start ?? 0) + (row?.duration ?? 0)).toBeLessThanOrEqual(after);
  });

  it.each([undefined, null, 'text', 7, Object.freeze(new Error('frozen'))])('throws %s on as it is', (thrown) => {
    expect(
      thrownBy(() =>
        run(siteOf(), () => {
          throw thrown;
        }),
      ),
    ).toBe(thrown);
    expect(rows()).toMatchObject([{ outcome: OUTCOME.error }]);
  });

  it('throws a proxy on that lets nobody read it', () => {
    const hostile = new Proxy(
      {},
      {
        get() {
          throw new Error('no');
        },
        getPrototypeOf() {
          throw new Error('no');
        },
      },
    );
    const thrown = thrownBy(() =>
      run(siteOf(), () => {
        throw hostile;
      }),
    );
    // not expect(thrown).toBe: printing it would read it
    expect(thrown === hostile).toBe(true);
    expect(run(siteOf(), () => hostile) === hostile).toBe(true);
    expect(rows().map(({ outcome }) => outcome)).toEqual([OUTCOME.error, OUTCOME.ok]);
  });

  it('is an error when a finally of the body throws after its return', () => {
    const handle = siteOf();
    function work(): number {
      const call = handle.begin();
      try {
        try {
          return call.returned(1);
        } finally {
          JSON.parse('no json');
        }
      } catch (error) {
        throw call.threw(error);
      } finally {
        call.end();
      }
    }
    expect(work).toThrow(SyntaxError);
    expect(rows()).toMatchObject([{ outcome: OUTCOME.error, error: { type: 'SyntaxError' } }]);
  });

  it.each(['NEXT_REDIRECT;replace;/tickets;307;', 'NEXT_HTTP_ERROR_FALLBACK;404'])(
    'calls it done to leave by %s',
    (digest) => {
      const left = Object.assign(new Error('left'), { digest });
      const asked = siteOf({ onResult: (result) => ({ model: String(result) }) });
      expect(thrownBy(() => run(asked, () => thrower(left)))).toBe(left);
      expect(rows()).toMatchObject([{ outcome: OUTCOME.ok, values: undefined, error: undefined }]);
    },
  );

  it('calls any other digest a failure, and a getter that throws as well', () => {
    const hostile = {
      get digest() {
        throw new Error('no');
      },
    };
    for (const thrown of [Object.assign(new Error('failed'), { digest: '1234' }), hostile]) {
      thrownBy(() => run(siteOf(), () => thrower(thrown)));
    }
    expect(rows()).toMatchObject([{ outcome: OUTCOME.error }, { outcome: OUTCOME.error }]);
  });

  it('calls an abort aborted', () => {
    thrownBy(() => run(siteOf(), () => AbortSignal.abort().throwIfAborted()));
    expect(rows()).toMatchObject([{ outcome: OUTCOME.aborted }]);
  });

  it('nests: the inner call ends first, each with its own error', () => {
    const outer = siteOf({ name: 'outer' });
    const inner = siteOf({ name: 'inner' });
    const caught = run(outer, () =>
      thrownBy(() =>
        run(inner, () => {
          throw new TypeError('inside');
        }),
      ),
    );
    expect(caught).toBeInstanceOf(TypeError);
    expect(rows()).toMatchObject([
      { name: 'inner', outcome: OUTCOME.error, error: { message: 'inside' } },
      { name: 'outer', outcome: OUTCOME.ok },
    ]);
  });

  it('recurses: one row a level, an error through all of them, and a bounded pool afterwards', () => {
    const handle = siteOf({ onResult: (result) => ({ quantity: result }) });
    const count = (n: number): number => run(handle, () => (n === 0 ? 0 : 1 + count(n - 1)));
    expect(count(200)).toBe(200);
    expect(rows().map(({ values }) => values?.quantity)).toEqual(Array.from({ length: 201 }, (_, n) => n));

    const boom = new Error('boom');
    const fall = (n: number): number =>
      run(handle, () => {
        if (n === 0) throw boom;
        return fall(n - 1);
      });
    batches = [];
    expect(thrownBy(() => fall(100))).toBe(boom);
    expect(rows().filter(({ error }) => error?.message === 'boom')).toHaveLength(101);
    expect((handle as unknown as { pooled: number }).pooled).toBeLessThanOrEqual(64);
  });

  it('lets a stack overflow surface and records truly afterwards', () => {
    const handle = siteOf({ onResult: (result) => ({ quantity: result }) });
    const deeper = (n: number): number => run(handle, () => deeper(n + 1) + 1);
    for (let i = 0; i < 5; i++) expect(() => deeper(0)).toThrow(RangeError);
    sealBatch();
    batches = [];
    const count = (n: number): number => run(handle, () => (n === 0 ? 0 : 1 + count(n - 1)));
    count(3);
    expect(rows().map(({ outcome, values, error }) => [outcome, values?.quantity, error])).toEqual(
      [0, 1, 2, 3].map((n) => [OUTCOME.ok, n, undefined]),
    );
  });

  it('never hands the value of one call to the next', () => {
    const handle = siteOf({ onResult: (result) => ({ quantity: result }) });
    run(handle, () => 5);
    handle.begin().end();
    expect(rows().map(({ values }) => values?.quantity)).toEqual([5, undefined]);
  });
});

describe('an asynchronous call', () => {
  it('keeps many that overlap apart', async () => {
    const handle = siteOf({ async: true, onResult: (result) => ({ quantity: result }) });
    const started = Array.from({ length: 200 }, (_, n) =>
      runAsync(handle, async () => {
        for (let turn = 0; turn < n % 7; turn++) await null;
        if (n % 50 === 49) throw new Error(`call ${n}`);
        return n;
      }),
    );
    const settled = await Promise.allSettled(started);
    expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(4);
    const recorded = rows();
    expect(recorded.filter(({ error }) => error).map(({ error }) => error?.message)).toEqual(
      expect.arrayContaining(['call 49', 'call 99', 'call 149', 'call 199']),
    );
    const quantities = recorded.filter(({ error }) => !error).map(({ values }) => Number(values?.quantity));
    expect(quantities.sort((a, b) => a - b)).toEqual(
      Array.from({ length: 200 }, (_, n) => n).filter((n) => n % 50 !== 49),
    );
  });

  it('rejects with the same error', async () => {
    const error = new Error('rejected');
    await expect(runAsync(siteOf(), () => Promise.reject(error))).rejects.toBe(error);
    expect(rows()).toMatchObject([{ outcome: OUTCOME.error, error: { message: 'rejected' } }]);
  });
});

describe('values of a call', () => {
  it('are read from the parameters when it starts, and the result is merged over them', () => {
    const handle = siteOf({
      onStart: (input) => ({ user: input?.user, attributes: { size: input?.list } }),
      onResult: (result) => ({ quantity: result?.total.n, attributes: { ok: true } }),
    });
    const input = { user: 'ada', list: [1, 2] };
    const call = handle.beginWith(input);
    input.user = 'mallory';
    input.list.push(3);
    call.returned({ total: { n: 9 } });
    call.end();
    expect(rows()[0]?.values).toEqual({ user: 'ada', quantity: 9, attributes: { size: [1, 2], ok: true } });
  });

  it('are kept of a call that failed, as far as its parameters gave them', () => {
    const handle = siteOf({ onStart: (n) => ({ quantity: n }) });
    const call = handle.beginAsyncWith(4);
    call.threw(new Error('failed'));
    call.end();
    expect(rows()).toMatchObject([{ values: { quantity: 4 }, error: { message: 'failed' } }]);
  });

  it('that cannot be read leave the event, and a count', () => {
    const before = state.counters.internalErrors;
    const handle = siteOf({
      onResult: (result) => ({ quantity: result.missing.deeper }),
    });
    expect(run(handle, () => 1)).toBe(1);
    expect(rows()).toMatchObject([{ outcome: OUTCOME.ok, values: undefined }]);
    expect(state.counters.internalErrors).toBe(before + 1);
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { SITE_INFO } from '../../../fixtures/tools/site-info.ts';
import { type Batch, OUTCOME } from './batch.ts';
import { sealBatch } from './columns.ts';
import { site } from './node.ts';
import type { SiteInfo } from './site.types.ts';
import { runtimeState } from './state.ts';

const state = runtimeState();
let batches: Batch[] = [];

beforeEach(() => {
  sealBatch();
  batches = [];
  state.sink = (batch) => batches.push(batch);
});

const INFO: SiteInfo = {
  ...SITE_INFO,
  onResult: (result) => ({ quantity: result?.n }),
};

/** As codegen writes `function work() { return make(); }`. */
function give<T>(make: () => T, info: SiteInfo = INFO): T {
  const call = site(1, info).begin();
  try {
    return call.returned(make());
  } catch (error) {
    throw call.threw(error);
  } finally {
    call.end();
  }
}

/** As codegen writes `async function work() { await undefined; return make(); }`. */
async function giveLater<T>(make: () => T): Promise<Awaited<T>> {
  const call = site(1, { ...INFO, async: true }).beginAsync();
  try {
    await undefined;
    return call.returned(make()) as Awaited<T>;
  } catch (error) {
    throw call.threw(error);
  } finally {
    call.end();
  }
}

/** What has ended by itself; nothing is hurried to its end. */
function ended() {
  const { batch } = state;
  const open = batch === undefined ? [] : [batch];
  return [...batches, ...open].flatMap((one) =>
    Array.from({ length: one.length }, (_, row) => [
      one.outcome[row],
      one.values.get(row)?.quantity ?? one.errors.get(row)?.message,
    ]),
  );
}

class Lazy extends Promise<{ n: number }> {
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }
}

/** A query that runs when somebody subscribes, and then each time. */
function query(run: () => { n: number }) {
  const runs: unknown[][] = [];
  return {
    runs,
    // biome-ignore lint/suspicious/noThenProperty: the cases are about thenables
    then(...callbacks: [((rows: { n: number }) => void)?, ((error: unknown) => void)?]): void {
      runs.push(callbacks.map((callback) => typeof callback));
      try {
        const rows = run();
        queueMicrotask(() => callbacks[0]?.(rows));
      } catch (error) {
        queueMicrotask(() => callbacks[1]?.(error));
      }
    },
  };
}

const seen = (value: object): unknown => [Object.keys(value), Object.getOwnPropertyDescriptors(value)];

describe('a synchronous function that returns', () => {
  it('a subclass of Promise gives the same object, and ends when it settles', async () => {
    const lazy = Lazy.resolve({ n: 4 });
    expect(give(() => lazy)).toBe(lazy);
    expect([Object.keys(lazy), lazy.then.name, lazy.then.length]).toEqual([[], 'then', 2]);
    await null;
    expect(ended()).toEqual([]);
    const derived = lazy.then((value) => value.n + 1);
    expect([derived.constructor, Object.getOwnPropertyNames(lazy)]).toEqual([Promise, []]);
    expect(await derived).toBe(5);
    expect(ended()).toEqual([[OUTCOME.ok, 4]]);
    expect(await lazy).toEqual({ n: 4 });
    expect(ended()).toHaveLength(1);
  });

  it('a subclass that rejects is an error, and passes on to `catch` and `finally` as before', async () => {
    const error = new Error('late');
    const caught = give(() => Lazy.reject(error))
      .finally(() => 7)
      .catch((reason) => reason);
    expect(await caught).toBe(error);
    expect(await give(() => Lazy.resolve({ n: 1 })).catch(() => 'caught')).toEqual({ n: 1 });
    expect(ended()).toEqual([
      [OUTCOME.error, 'late'],
      [OUTCOME.ok, 1],
    ]);
  });

  it('a lazy query never runs it, nor runs it twice', async () => {
    const rows = query(() => ({ n: 2 }));
    const before = seen(rows);
    const result = give(() => rows);
    await null;
    expect([rows.runs, Object.keys(result)]).toEqual([[], ['runs', 'then']]);
    expect(await result).toEqual({ n: 2 });
    expect([rows.runs, ended()]).toEqual([[['function', 'function']], [[OUTCOME.ok, 2]]]);
    expect(seen(rows)).toEqual(before);
    const failing = query(() => {
      throw new Error('no table');
    });
    await expect(give(() => failing)).rejects.toThrow('no table');
    expect(ended()).toContainEqual([OUTCOME.error, 'no table']);
  });

  it('a thenable gives it the callbacks it was given, no more', () => {
    const rows = query(() => ({ n: 2 }));
    give(() => rows).then();
    give(() => rows).then(() => {});
    expect(rows.runs).toEqual([[], ['function']]);
    sealBatch();
    expect(ended()).toHaveLength(2);
  });

  it('a thenable nobody subscribes to ends when it was returned, at the next flush', () => {
    const before = performance.now();
    const rows = give(() => query(() => ({ n: 2 })));
    const after = performance.now();
    while (performance.now() < after + 5);
    expect(ended()).toEqual([]);
    sealBatch();
    expect(ended()).toEqual([[OUTCOME.ok, undefined]]);
    expect(batches[0]?.duration[0]).toBeLessThanOrEqual(after - before);
    rows.then(() => {});
    sealBatch();
    expect(ended()).toHaveLength(1);
  });

  it('the same thenable twice ends both calls, and does not pile up in front of it', async () => {
    const rows = query(() => ({ n: 3 }));
    for (let n = 0; n < 5000; n++) give(() => rows);
    expect(ended()).toHaveLength(5000 - 1024);
    expect(await rows).toEqual({ n: 3 });
    expect(ended()).toHaveLength(5000);
    expect(ended().filter(([, quantity]) => quantity === 3)).toHaveLength(1024);
    expect(rows.runs).toHaveLength(1);
  });

  it('a frozen thenable, an accessor or a proxy leaves it alone', () => {
    const asked: unknown[] = [];
    const accessor = {
      // biome-ignore lint/suspicious/noThenProperty: as above
      get then() {
        asked.push('then');
        return undefined;
      },
    };
    const handler = new Proxy({}, { get: (_, trap) => void asked.push(trap) });
    const { onResult: _, ...unread } = INFO;
    for (const value of [Object.freeze(query(() => ({ n: 1 }))), accessor, new Proxy({}, handler)]) {
      expect(give(() => value, unread) === value).toBe(true);
    }
    expect(asked).toEqual([]);
    expect(ended().map(([outcome]) => outcome)).toEqual([OUTCOME.ok, OUTCOME.ok, OUTCOME.ok]);
  });

  it('an heir of it calls what it inherits, with itself', async () => {
    const rows = query(() => ({ n: 1 }));
    give(() => rows);
    const heir = Object.create(rows);
    expect(await heir).toEqual({ n: 1 });
    expect(ended()).toEqual([]);
    await rows;
    expect(ended()).toEqual([[OUTCOME.ok, 1]]);
  });
});

describe('an asynchronous function that returns', () => {
  it('a thenable: its `then` is read once and called once, with the event ended by it', async () => {
    const log: string[] = [];
    class Query {
      // biome-ignore lint/suspicious/noThenProperty: as above
      then(resolve: (rows: { n: number }) => void): void {
        log.push(`then of ${this.constructor.name}`);
        resolve({ n: 6 });
      }
    }
    expect(await giveLater(() => new Query())).toEqual({ n: 6 });
    expect([log, ended()]).toEqual([['then of Query'], [[OUTCOME.ok, 6]]]);
    await expect(giveLater(() => Lazy.reject(new Error('late')))).rejects.toThrow('late');
    expect(ended()).toContainEqual([OUTCOME.error, 'late']);
    await expect(
      giveLater(() => ({
        // biome-ignore lint/suspicious/noThenProperty: as above
        then() {
          throw new RangeError('at once');
        },
      })),
    ).rejects.toThrow(RangeError);
    expect(ended()).toContainEqual([OUTCOME.error, 'at once']);
  });

  it('a thenable takes as many microtasks as before', async () => {
    async function ticks(start: () => PromiseLike<unknown>): Promise<string[]> {
      const log: string[] = [];
      const done = start().then(
        () => log.push('done'),
        () => log.push('failed'),
      );
      let tick = Promise.resolve();
      for (let n = 0; n < 10; n++) tick = tick.then(() => void log.push(`tick ${n}`));
      await Promise.all([done, tick]);
      return log;
    }
    const makes = [
      () => query(() => ({ n: 1 })),
      () => Lazy.resolve({ n: 1 }),
      () => Lazy.reject(new Error('no')),
      () => Promise.resolve(1),
      () => ({ n: 1 }),
    ];
    for (const make of makes) {
      const before = await ticks(async () => {
        await undefined;
        return make();
      });
      expect(await ticks(() => giveLater(make))).toEqual(before);
      const bare = await ticks(async () => make());
      expect(await ticks(async () => give(make))).toEqual(bare);
    }
    expect(ended()).toHaveLength(makes.length * 2);
  });

  it('something else in a `finally` of its own: that is the result', async () => {
    const rows = query(() => ({ n: 1 }));
    const result = await giveLater(() => rows);
    expect(result).toEqual({ n: 1 });
    const call = site(1, { ...INFO, async: true }).beginAsync();
    call.returned(rows);
    call.returned({ n: 9 });
    call.end();
    expect([rows.runs.length, ended()]).toEqual([
      1,
      [
        [OUTCOME.ok, 1],
        [OUTCOME.ok, 9],
      ],
    ]);
  });
});

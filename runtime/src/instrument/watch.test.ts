import { beforeEach, expect, it } from 'vitest';
import { SITE_INFO } from '../../../fixtures/tools/site-info.ts';
import { type Batch, OUTCOME } from './batch.ts';
import { sealBatch } from './columns.ts';
import { recorder } from './recorder.ts';
import { site } from './site.ts';
import { runtimeState } from './state.ts';

const state = runtimeState();
let batches: Batch[] = [];

beforeEach(() => {
  sealBatch();
  batches = [];
  state.recorder = recorder;
  state.sink = (batch) => batches.push(batch);
});

const handle = () =>
  site(1, {
    ...SITE_INFO,
    onResult: (result) => ({ quantity: result?.n }),
  });

function give<T>(value: T): T {
  state.recorder = recorder;
  const call = handle().begin();
  try {
    return call.returned(value);
  } catch (error) {
    throw call.threw(error);
  } finally {
    call.end();
  }
}

function recorded() {
  sealBatch();
  return batches.flatMap((batch) =>
    Array.from({ length: batch.length }, (_, row) => ({
      outcome: batch.outcome[row],
      duration: batch.duration[row] ?? Number.NaN,
      quantity: batch.values.get(row)?.quantity,
      message: batch.errors.get(row)?.message,
    })),
  );
}

it('ends the event of a native promise when it resolves, with what it resolved to', async () => {
  const promise = new Promise((resolve) => setTimeout(resolve, 10, { n: 4 }));
  expect(give(promise)).toBe(promise);
  expect(recorded()).toEqual([]);
  await promise;
  expect(recorded()).toMatchObject([{ outcome: OUTCOME.ok, quantity: 4 }]);
});

it('ends it as an error when it rejects, and the caller still gets the rejection', async () => {
  const error = new Error('late');
  const promise = give(Promise.reject(error));
  await expect(promise).rejects.toBe(error);
  expect(recorded()).toMatchObject([{ outcome: OUTCOME.error, message: 'late' }]);
});

it('does not share the record of a pending call with the next one', async () => {
  const first = resolvers<{ n: number }>();
  const one = handle();
  const start = (value: unknown): void => {
    const call = one.begin();
    call.returned(value);
    call.end();
  };
  start(first.promise);
  start({ n: 2 });
  first.resolve({ n: 1 });
  await first.promise;
  expect(recorded().map(({ quantity }) => quantity)).toEqual([2, 1]);
});

it('never subscribes to a subclass or another thenable, nor reads a result from it', async () => {
  const subscriptions: string[] = [];
  class Lazy extends Promise<unknown> {
    n = 8;
    // biome-ignore lint/suspicious/noThenProperty: the case is about thenables
    override then(): never {
      subscriptions.push('subclass');
      throw new Error('subscribed');
    }
  }
  give(new Lazy(() => {}));
  give({
    n: 9,
    // biome-ignore lint/suspicious/noThenProperty: as above
    then() {
      subscriptions.push('thenable');
    },
  });
  const disguised = Promise.resolve();
  Object.defineProperty(disguised, 'constructor', {
    get() {
      subscriptions.push('constructor');
      return Promise;
    },
  });
  give(disguised);
  give(Object.create(Promise.prototype));
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  give(proxy);
  await null;
  expect(subscriptions).toEqual([]);
  expect(recorded().map(({ outcome, quantity }) => [outcome, quantity])).toEqual([
    [OUTCOME.ok, undefined],
    [OUTCOME.ok, undefined],
    [OUTCOME.ok, undefined],
    [OUTCOME.ok, undefined],
    [OUTCOME.ok, undefined],
  ]);
});

it('moves no microtask: reactions run in the order they did', async () => {
  async function order(watched: (promise: Promise<number>) => Promise<number>): Promise<string[]> {
    const log: string[] = [];
    const source = Promise.resolve(1);
    const outer = (async () => watched(source))();
    const done = outer.then(() => log.push('outer'));
    source.then(() => log.push('source'));
    let tick = Promise.resolve();
    for (let n = 0; n < 6; n++) tick = tick.then(() => void log.push(`tick ${n}`));
    await Promise.all([done, tick]);
    return log;
  }
  expect(await order(give)).toEqual(await order((promise) => promise));
});

function resolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  const found: { resolve?: (value: T) => void } = {};
  const promise = new Promise<T>((resolve) => {
    found.resolve = resolve;
  });
  return { promise, resolve: (value) => found.resolve?.(value) };
}

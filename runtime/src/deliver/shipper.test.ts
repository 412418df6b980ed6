import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InFlight, type Limit, type Portion } from '../log/in-flight.ts';
import type { Spool } from '../log/spool.ts';
import { Resilience } from './resilience/resilience.ts';
import { Shipper, type ShipperOptions } from './shipper.ts';

/** A spool of numbers, in memory. */
class Numbers implements Spool {
  readonly #inFlight: InFlight = new InFlight(false);

  constructor(count = 0) {
    this.add(0, count);
  }

  add(from: number, to: number): void {
    for (let n = from; n < to; n++) this.#inFlight.add({ entry: { ns: String(n), doc: new Uint8Array(10) } });
  }

  get left(): number {
    return this.#inFlight.length;
  }

  take(limit: Limit): Portion {
    return this.#inFlight.take(limit);
  }

  settle(portion: Portion, arrived: boolean): void {
    this.#inFlight.settle(portion, arrived);
  }
}

type Send = (numbers: number[], signal: AbortSignal) => Promise<void>;

/** Pauses have no length: `random` is 0. */
function shipperOf(
  own: readonly Spool[],
  send: Send,
  { left = [], concurrency = 4, ...options }: Partial<ShipperOptions> & { left?: Spool[]; concurrency?: number } = {},
): { shipper: Shipper; resilience: Resilience } {
  const nothing = (): void => undefined;
  const resilience = new Resilience('standard', concurrency, () => 0);
  const shipper = new Shipper({
    spools: { own: () => own, left: () => left },
    send: (entries, signal) =>
      send(
        entries.map(({ ns }) => Number(ns)),
        signal,
      ),
    limit: { events: 100, bytes: 1_000_000 },
    maxWaitMs: 3_600_000,
    resilience,
    onBusy: nothing,
    onIdle: nothing,
    onFailure: nothing,
    ...options,
  });
  return { shipper, resilience };
}

/** Settles when it is told to. */
function gate(): { promise: Promise<void>; open(): void; fail(): void } {
  let open = (): void => undefined;
  let fail = (): void => undefined;
  const promise = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = () => reject(new Error('away'));
  });
  return { promise, open, fail };
}

test('whatever fails, each event is settled once, and only after it was sent', async () => {
  const failing = fc.array(fc.boolean(), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(1200), { minLength: 1, maxLength: 3 }),
      failing,
      fc.integer({ min: 1, max: 4 }),
      async (counts, failures, concurrency) => {
        const spools = counts.map((count) => new Numbers(count));
        const arrived: number[] = [];
        const plan = [...failures];
        const { shipper } = shipperOf(
          spools.slice(0, 1),
          async (numbers) => {
            await null;
            if (plan.shift()) throw new Error('away');
            arrived.push(...numbers);
          },
          { left: spools.slice(1), concurrency },
        );
        for (let tries = 0; tries <= failures.length; tries++) await shipper.flush();
        shipper.stop();
        expect(spools.map(({ left }) => left)).toEqual(counts.map(() => 0));
        const expected = counts.flatMap((count) => Array.from({ length: count }, (_, n) => n));
        expect(arrived.toSorted((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
        expect(shipper.settled).toBe(expected.length);
        expect(shipper.failures).toBe(failures.slice(0, failures.length - plan.length).filter(Boolean).length);
      },
    ),
    { numRuns: 100 },
  );
});

test('as many batches are under way as the bulkhead allows, and they may arrive in any order', async () => {
  const spool = new Numbers(1000);
  const gates = Array.from({ length: 10 }, gate);
  const begun: number[] = [];
  const { shipper, resilience } = shipperOf([spool], async ([first = 0]) => {
    begun.push(first);
    await gates[first / 100]?.promise;
  });
  const flushed = shipper.flush();
  expect(begun).toEqual([0, 100, 200, 300]);
  expect(resilience.stats().bulkhead).toEqual({ limit: 4, running: 4, queued: 0 });
  for (const index of [3, 2, 1]) gates[index]?.open();
  await expect.poll(() => begun).toEqual([0, 100, 200, 300, 400, 500, 600]);
  // the first has not arrived, and nothing may be forgotten behind it
  expect(spool.left).toBe(1000);
  for (const { open } of gates) open();
  await flushed;
  expect(spool.left).toBe(0);
  expect(shipper.settled).toBe(1000);
});

test('a batch is sent when it is full, and what is left of it when it has waited', async () => {
  const spool = new Numbers();
  const sizes: number[] = [];
  const send: Send = async ({ length }) => void sizes.push(length);
  const { shipper } = shipperOf([spool], send, { maxWaitMs: 300 });
  const append = (from: number, to: number): void => {
    spool.add(from, to);
    shipper.wake(to - from, (to - from) * 10);
  };
  append(0, 60);
  append(60, 130);
  await expect.poll(() => sizes).toEqual([100]);
  await expect.poll(() => sizes, { timeout: 10_000 }).toEqual([100, 30]);
});

test('a batch is full by its bytes, too, and one event that is larger goes alone', async () => {
  const spool = new Numbers(5);
  const sizes: number[] = [];
  const send: Send = async ({ length }) => void sizes.push(length);
  const { shipper } = shipperOf([spool], send, { limit: { events: 100, bytes: 25 } });
  shipper.wake(5, 50);
  await expect.poll(() => sizes).toEqual([2, 2]);
  await shipper.flush();
  expect(sizes).toEqual([2, 2, 1]);
  const small = shipperOf([new Numbers(2)], send, { limit: { events: 100, bytes: 5 } });
  await small.shipper.flush();
  expect(sizes).toEqual([2, 2, 1, 1, 1]);
});

test('events of dead processes do not wait for a batch to fill', async () => {
  const sizes: number[] = [];
  const own = new Numbers(1);
  const { shipper } = shipperOf([own], async ({ length }) => void sizes.push(length), { left: [new Numbers(3)] });
  shipper.wake(1, 10);
  await expect.poll(() => sizes).toEqual([3]);
});

test('failures open the breaker; then one small batch finds out whether the destination is back, and all follow', async () => {
  const sizes: number[] = [];
  let away = true;
  const { shipper, resilience } = shipperOf(
    [new Numbers(1200)],
    async ({ length }) => {
      sizes.push(length);
      if (away) throw new Error('away');
    },
    { concurrency: 1 },
  );
  for (let n = 1; n <= 5; n++) {
    expect(resilience.stats().breaker.state).toBe('closed');
    await shipper.flush();
    shipper.stop();
  }
  expect(resilience.stats().breaker).toMatchObject({ state: 'open', openings: 1 });
  await shipper.flush();
  shipper.stop();
  expect(sizes).toEqual([100, 100, 100, 100, 100, 10]);
  expect(resilience.stats()).toMatchObject({ breaker: { state: 'open', openings: 2 }, retry: { failuresInARow: 6 } });
  away = false;
  await shipper.flush();
  expect(sizes[6]).toBe(10);
  expect(sizes.slice(6).reduce((sum, size) => sum + size)).toBe(1200);
  // what has not failed goes first, then what has; both in full batches but for their ends
  expect(sizes.length).toBeLessThanOrEqual(21);
  expect(resilience.stats()).toMatchObject({
    breaker: { state: 'closed' },
    retry: { retries: 6, failuresInARow: 0, pauseMs: 0 },
  });
});

test('an event that a destination does not take, and does not name, is found, set aside, and holds up nothing', async () => {
  const spool = new Numbers(1000);
  const poison = new Set([0, 37, 400]);
  const arrived: number[] = [];
  const givenUp: string[] = [];
  const send: Send = async (numbers) => {
    if (numbers.some((n) => poison.has(n))) throw new Error('it answers 400');
    arrived.push(...numbers);
  };
  const giveUp = ({ ns }: { ns: string }): void => void givenUp.push(ns);
  const { shipper, resilience } = shipperOf([spool], send, { concurrency: 1, giveUp, giveUpMs: 0 });
  shipper.wake(1000, 10_000);
  // without the others it would be an outage, in which nothing is given up
  let next = 1000;
  const traffic = setInterval(() => {
    spool.add(next, next + 100);
    next += 100;
    shipper.wake(100, 1000);
  }, 5);
  await expect.poll(() => givenUp.length, { timeout: 30_000 }).toBe(3);
  clearInterval(traffic);
  await shipper.flush();
  expect(givenUp.map(Number).sort((a, b) => a - b)).toEqual([...poison]);
  expect(spool.left).toBe(0);
  const expected = Array.from({ length: next }, (_, n) => n).filter((n) => !poison.has(n));
  expect(arrived.sort((a, b) => a - b)).toEqual(expected);
  expect(shipper.settled).toBe(next);
  expect(resilience.stats().breaker.state).toBe('closed');
});

test('an event that could not be set aside is kept; one that fails in an outage is not suspected', async () => {
  const spool = new Numbers(10);
  let asked = 0;
  let away = true;
  const giveUp = (): never => {
    asked++;
    throw new Error('disk full');
  };
  const send: Send = async (numbers) => {
    if (away || numbers.includes(3)) throw new Error('away');
  };
  const { shipper } = shipperOf([spool], send, { concurrency: 1, giveUp, giveUpMs: 0 });
  for (let n = 0; n < 40; n++) await shipper.flush();
  expect([asked, spool.left]).toEqual([0, 10]);
  away = false;
  for (let n = 10; asked < 2; n++) {
    spool.add(n, n + 1);
    shipper.wake(1, 10);
    await shipper.flush();
  }
  shipper.stop();
  expect(spool.take({ events: 100, bytes: 1000 }).map(({ entry }) => entry.ns)).toContain('3');
});

test('batches that fail together are one failure of the destination', async () => {
  const { shipper, resilience } = shipperOf([new Numbers(1000)], async () => {
    await null;
    throw new Error('away');
  });
  await shipper.flush();
  await expect.poll(() => shipper.failures).toBe(4);
  shipper.stop();
  expect(resilience.stats()).toMatchObject({ breaker: { state: 'closed' }, retry: { failuresInARow: 1 } });
});

test('events that come while others are sent are sent without another call', async () => {
  const spool = new Numbers(100);
  const { shipper } = shipperOf([spool], async ([first]) => {
    if (first !== 0) return;
    spool.add(100, 200);
    shipper.wake(100, 1000);
  });
  shipper.wake(100, 1000);
  await expect.poll(() => shipper.settled).toBe(200);
});

test('a flush ends although new events keep coming', async () => {
  const spool = new Numbers(100);
  let next = 100;
  const { shipper } = shipperOf([spool], async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (next > 100_000) return;
    spool.add(next, next + 400);
    next += 400;
    shipper.wake(400, 4000);
  });
  shipper.wake(100, 1000);
  await shipper.flush();
  expect(shipper.settled).toBeGreaterThanOrEqual(100);
  expect(next).toBeLessThan(100_000);
  next = 100_001;
  await shipper.flush();
});

test('an attempt that fails although it began before a flush is repeated by it', async () => {
  const first = gate();
  let attempts = 0;
  const { shipper } = shipperOf([new Numbers(100)], () => (attempts++ === 0 ? first.promise : Promise.resolve()));
  shipper.wake(100, 1000);
  await expect.poll(() => attempts).toBe(1);
  const flushed = shipper.flush();
  first.fail();
  await flushed;
  expect(shipper.settled).toBe(100);
});

test('a spool that cannot be read is a failure like others, and is read again', async () => {
  const spool = new Numbers(10);
  const failures: unknown[] = [];
  let broken = true;
  const unreadable: Spool = {
    take(limit) {
      if (broken) throw new Error('EIO');
      return spool.take(limit);
    },
    settle: (portion, arrived) => spool.settle(portion, arrived),
  };
  const { shipper } = shipperOf([unreadable], async () => undefined, { onFailure: (error) => failures.push(error) });
  await shipper.flush();
  expect(failures).toEqual([new Error('EIO')]);
  broken = false;
  await shipper.flush();
  expect([shipper.settled, shipper.failures]).toEqual([10, 1]);
});

test('what is aborted stays, and nothing is sent after a stop until there is something new', async () => {
  const spool = new Numbers(100);
  let attempts = 0;
  const { shipper } = shipperOf([spool], (_, signal) => {
    if (attempts++ > 0) return Promise.resolve();
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  });
  shipper.wake(100, 1000);
  await expect.poll(() => attempts).toBe(1);
  shipper.stop();
  shipper.abort();
  await expect.poll(() => shipper.failures).toBe(1);
  expect([spool.left, attempts]).toEqual([100, 1]);
  spool.add(100, 101);
  shipper.wake(1, 10);
  await expect.poll(() => shipper.settled).toBe(101);
});

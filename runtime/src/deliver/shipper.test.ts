import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Entry } from '../log/record.ts';
import type { Spool } from '../log/spool.ts';
import { backoffMs } from './backoff.ts';
import { Shipper } from './shipper.ts';

/** A spool of numbers, in memory. */
class Numbers implements Spool {
  readonly left: Entry[];

  constructor(count: number) {
    this.left = Array.from({ length: count }, (_, n) => ({ ns: String(n), doc: new Uint8Array() }));
  }

  peek(max: number): readonly Entry[] {
    return this.left.slice(0, max);
  }

  settle(count: number): void {
    this.left.splice(0, count);
  }
}

function shipperOf(spools: Spool[], send: (entries: readonly Entry[]) => Promise<void>): Shipper {
  const nothing = (): void => undefined;
  return new Shipper({ spools: () => spools, send, onBusy: nothing, onIdle: nothing, onFailure: nothing });
}

test('whatever fails, each event is settled once and in order, and only after it was sent', async () => {
  const failing = fc.array(fc.boolean(), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(1200), { minLength: 1, maxLength: 3 }), failing, async (counts, failures) => {
      const spools = counts.map((count) => new Numbers(count));
      const arrived: number[] = [];
      const plan = [...failures];
      const shipper = shipperOf(spools, async (entries) => {
        await null;
        if (plan.shift()) throw new Error('away');
        arrived.push(entries.length);
      });
      shipper.wake();
      for (let tries = 0; tries <= failures.length; tries++) await shipper.flush();
      shipper.stop();
      expect(spools.flatMap(({ left }) => left)).toEqual([]);
      const total = counts.reduce((sum, count) => sum + count, 0);
      expect(arrived.reduce((sum, count) => sum + count, 0)).toBe(total);
      expect(shipper.settled).toBe(total);
      expect(shipper.failures).toBe(failures.slice(0, failures.length - plan.length).filter(Boolean).length);
    }),
    { numRuns: 50 },
  );
});

test('after a failure a small batch finds out whether the destination is back', async () => {
  const sizes: number[] = [];
  const shipper = shipperOf([new Numbers(1200)], async (entries) => {
    sizes.push(entries.length);
    if (sizes.length === 1) throw new Error('away');
  });
  shipper.wake();
  await shipper.flush();
  expect(sizes).toEqual([500]);
  await shipper.flush();
  expect(sizes).toEqual([500, 10, 500, 500, 190]);
});

test('events that come while others are sent are sent without another call', async () => {
  const spool = new Numbers(1);
  const late = new Numbers(1);
  const shipper = shipperOf([spool, late], async () => {
    if (spool.left.length > 0) shipper.wake();
  });
  shipper.wake();
  await expect.poll(() => shipper.settled).toBe(2);
});

test('the pause after a failure is random, and its bound doubles from half a second to a minute', () => {
  const longest = (failures: number): number => backoffMs(failures, () => 1);
  expect([1, 2, 3, 7, 8, 100].map(longest)).toEqual([500, 1000, 2000, 32_000, 60_000, 60_000]);
  expect(backoffMs(5, () => 0)).toBe(0);
});

import { expect, test } from 'vitest';
import { SITE_INFO } from '../../../fixtures/tools/site-info.ts';
import { OUTCOME } from '../instrument/batch.ts';
import type { ReadCall } from '../instrument/stages.types.ts';
import { RateLimit } from './rate-limit.ts';

const call = (index = 0, provider = 'System'): ReadCall => ({
  site: { info: { ...SITE_INFO, provider }, index },
  snapshot: undefined,
  start: 0,
  end: 1,
  outcome: OUTCOME.ok,
  values: undefined,
  extras: undefined,
});

test('lets a burst through, and then as many as the rate says', () => {
  let time = 1000;
  const limit = new RateLimit({ eventsPerSecond: 10, burst: 3, per: 'process' }, () => time);
  const taken = (at: number): number => {
    time = at;
    return Array.from({ length: 20 }, () => limit.take(call())).filter(Boolean).length;
  };
  expect(taken(1000)).toBe(3);
  expect(taken(1099)).toBe(0);
  expect(taken(1100)).toBe(1);
  // an hour without a call is worth a burst
  expect(taken(3_601_100)).toBe(3);
});

test('in the long run it is the rate, however calls come', () => {
  let time = 0;
  const limit = new RateLimit({ eventsPerSecond: 250, burst: 250, per: 'process' }, () => time);
  let taken = 0;
  for (let number = 0; number < 100_000; number++) {
    time += number % 10 === 0 ? 1 : 0;
    if (limit.take(call())) taken++;
  }
  // 10 s, and one burst at the beginning
  expect(taken).toBeGreaterThanOrEqual(2748);
  expect(taken).toBeLessThanOrEqual(2752);
});

test.each([
  ['process', [true, false, false, false]],
  ['provider', [true, false, true, false]],
  ['function', [true, true, true, false]],
] as const)('counts each %s on its own', (per, expected) => {
  const limit = new RateLimit({ eventsPerSecond: 1, burst: 1, per }, () => 5);
  const calls = [call(0), call(1), call(2, 'AWS'), call(2, 'AWS')];
  expect(calls.map((one) => limit.take(one))).toEqual(expected);
});

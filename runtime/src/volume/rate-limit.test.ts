import { expect, test } from 'vitest';
import { SITE_INFO } from '../../../fixtures/tools/site-info.ts';
import { OUTCOME } from '../instrument/batch.ts';
import type { ReadCall } from '../instrument/stages.types.ts';
import { RateLimit } from './rate-limit.ts';

const at = (end: number, index = 0, provider = 'System'): ReadCall => ({
  site: { info: { ...SITE_INFO, provider }, index },
  snapshot: undefined,
  start: 0,
  end,
  outcome: OUTCOME.ok,
  values: undefined,
  extras: undefined,
});

test('lets a burst through, and then as many as the rate says', () => {
  const limit = new RateLimit({ eventsPerSecond: 10, burst: 3, per: 'process' });
  const taken = (end: number, calls = 20): number =>
    Array.from({ length: calls }, () => limit.take(at(end))).filter(Boolean).length;
  expect(taken(1000)).toBe(3);
  expect(taken(1099)).toBe(0);
  expect(taken(1100)).toBe(1);
  // an hour without a call is worth a burst
  expect(taken(3_601_100)).toBe(3);
});

test('in the long run it is the rate, whatever the calls come like', () => {
  const limit = new RateLimit({ eventsPerSecond: 250, burst: 250, per: 'process' });
  let taken = 0;
  for (let call = 0; call < 100_000; call++) if (limit.take(at(call * 0.1 + Math.sin(call)))) taken++;
  // 10 s, and one burst at the beginning
  expect(taken).toBeGreaterThanOrEqual(2748);
  expect(taken).toBeLessThanOrEqual(2752);
});

test('a call that ended in the past neither earns nor costs time', () => {
  const limit = new RateLimit({ eventsPerSecond: 1, burst: 1, per: 'process' });
  expect(limit.take(at(5000))).toBe(true);
  expect(limit.take(at(1000))).toBe(false);
  expect(limit.take(at(5500))).toBe(false);
  expect(limit.take(at(6000))).toBe(true);
});

test.each([
  ['process', [true, false, false, false]],
  ['provider', [true, false, true, false]],
  ['function', [true, true, true, false]],
] as const)('counts each %s on its own', (per, expected) => {
  const limit = new RateLimit({ eventsPerSecond: 1, burst: 1, per });
  const calls = [at(0, 0), at(0, 1), at(0, 2, 'AWS'), at(0, 2, 'AWS')];
  expect(calls.map((call) => limit.take(call))).toEqual(expected);
});

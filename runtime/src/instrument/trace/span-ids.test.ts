import { beforeEach, expect, it, vi } from 'vitest';

const clock = vi.hoisted(() => ({ wall: 1_700_000_000_000, mono: 0 }));
vi.mock('../clock.ts', async (original) => ({
  ...(await original<typeof import('../clock.ts')>()),
  now: () => clock.mono,
  wallClock: () => clock.wall,
}));

import { runtimeState } from '../state.ts';
import { spanId } from './span-ids.ts';

const seedOf = (id: string): string => id.slice(8, 20);
const pass = (ms: number): void => {
  clock.wall += ms;
  clock.mono += ms;
};

beforeEach(() => {
  delete runtimeState().extensions.spanIds;
});

it('gives seconds, a seed and a number', () => {
  const [first, second] = [spanId(), spanId()];
  expect(first.slice(0, 8)).toBe((1_700_000_000).toString(16));
  expect(first.slice(20)).toBe('0000');
  expect(second).toBe(`${first.slice(0, 20)}0001`);
  pass(3_600_000);
  expect(spanId()).toBe(`${(1_700_003_600).toString(16)}${seedOf(first)}0002`);
});

it('draws another seed when the numbers are used up', () => {
  const ids = Array.from({ length: 65_537 }, spanId);
  expect(ids[65_535]?.slice(20)).toBe('ffff');
  expect(seedOf(ids[65_536] ?? '')).not.toBe(seedOf(ids[0] ?? ''));
  expect(new Set(ids).size).toBe(ids.length);
});

it('draws another seed on a machine that was restored: two of them would go on with the same numbers', () => {
  const before = spanId();
  const { spanIds } = runtimeState().extensions;
  const restore = (afterMs: number): string => {
    runtimeState().extensions.spanIds = { ...(spanIds as object) };
    clock.wall += afterMs;
    return spanId();
  };
  const seeds = [before, restore(5000), restore(86_400_000)].map(seedOf);
  expect(new Set(seeds).size).toBe(3);
});

it('keeps its seed when the wall clock is corrected a little', () => {
  const before = spanId();
  pass(1000);
  clock.wall += 40;
  expect(seedOf(spanId())).toBe(seedOf(before));
});

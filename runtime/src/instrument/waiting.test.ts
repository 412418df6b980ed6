import { afterEach, beforeEach, expect, it, vi } from 'vitest';

// The clock is taken when its module loads, so the fake one must be there first.
vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
const { attend, endWaiting, wait } = await import('./waiting.ts');

let missed: string[] = [];

beforeEach(() => {
  missed = [];
});
afterEach(() => endWaiting());

const guest = (name: string) => {
  const one = { returnedAt: performance.now(), missed: () => void missed.push(name) };
  wait(one);
  return one;
};

it('is patient for ten seconds with each, whenever it came', () => {
  guest('early');
  vi.advanceTimersByTime(6_000);
  guest('late');
  attend(guest('attended'));
  vi.advanceTimersByTime(3_999);
  expect(missed).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(missed).toEqual(['early']);
  vi.advanceTimersByTime(10_000);
  expect(missed).toEqual(['early', 'late']);
  expect(vi.getTimerCount()).toBe(0);
});

it('sends all away at once when asked to, and the oldest when there are too many', () => {
  for (let n = 0; n < 1025; n++) guest(`guest ${n}`);
  expect(missed).toEqual(['guest 0']);
  endWaiting();
  expect(missed).toHaveLength(1025);
  vi.advanceTimersByTime(20_000);
  expect(missed).toHaveLength(1025);
});

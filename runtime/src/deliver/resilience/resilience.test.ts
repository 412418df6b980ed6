import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { fromRoot } from '../../../../fixtures/tools/paths.ts';
import { RESILIENCE_PRESETS } from '../../config/options.ts';
import { Pauses } from './pauses.ts';
import { PRESETS } from './presets.ts';
import { Resilience } from './resilience.ts';
import { OutOfTime } from './within.ts';

const never = new AbortController().signal;
const away = (): Promise<never> => Promise.reject(new Error('away'));

/** Pauses after so many failures in a row, `random` as given. */
async function schedule(
  preset: (typeof RESILIENCE_PRESETS)[number],
  failures: number,
  random: number,
): Promise<number[]> {
  const resilience = new Resilience(preset, 1, () => random);
  const pauses: number[] = [];
  for (let n = 0; n < failures; n++) {
    await resilience.attempt(away, never).catch(() => undefined);
    pauses.push(resilience.pauseMs);
  }
  return pauses;
}

test.each([
  ['fast', [100, 200, 1000, 2000, 4000, 5000, 5000]],
  ['standard', [500, 1000, 2000, 4000, 10_000, 20_000, 40_000, 60_000, 60_000]],
  ['aggressive', [200, 400, 800, 1600, 3200, 5000, 10_000, 15_000, 15_000]],
  ['conservative', [2000, 4000, 30_000, 60_000, 60_000]],
  ['linear', [1000, 2000, 3000, 4000, 10_000, 20_000, 30_000, 30_000]],
  ['heavy', [1000, 2000, 4000, 15_000, 30_000, 60_000]],
] as const)('%s: the longest pauses are those of its name', async (preset, expected) => {
  expect(await schedule(preset, expected.length, 1)).toEqual(expected);
});

test('a pause is anything from nothing to its bound; an open breaker rests at least half of it', async () => {
  expect(await schedule('standard', 6, 0)).toEqual([0, 0, 0, 0, 5000, 10_000]);
  expect(await schedule('standard', 5, 0.5)).toEqual([250, 500, 1000, 2000, 7500]);
});

test('every preset stays below a minute, and the README tells its numbers', () => {
  expect(Object.keys(PRESETS)).toEqual(RESILIENCE_PRESETS);
  const readme = readFileSync(fromRoot('runtime', 'README.md'), 'utf8');
  for (const preset of RESILIENCE_PRESETS) {
    const { longestPauseMs, firstPauseMs, concurrency, attempts, halfOpenAfterMs, attemptMs, growth } = PRESETS[preset];
    const [, name, ...cells] = (readme.split('\n').find((line) => line.startsWith(`| \`${preset}\` |`)) ?? '').split(
      ' | ',
    );
    const pauses =
      growth === 'double'
        ? `${firstPauseMs / 1000} s, doubling to ${longestPauseMs / 1000} s`
        : `${firstPauseMs / 1000} s, then a second more each time, to ${longestPauseMs / 1000} s`;
    const told = [attempts, pauses, `${halfOpenAfterMs / 1000} s`, `${attemptMs / 1000} s`, concurrency];
    expect([name, ...cells.slice(0, 4)]).toEqual(told.map(String));
    expect(longestPauseMs).toBeLessThanOrEqual(60_000);
    expect(firstPauseMs).toBeLessThan(longestPauseMs);
    expect(concurrency).toBeGreaterThan(0);
    expect(attempts).toBeGreaterThan(0);
  }
});

test('pauses are spread over the whole range', () => {
  const pauses = Array.from({ length: 400 }, () => new Pauses(PRESETS.standard, 0, Math.random).next());
  expect(Math.min(...pauses)).toBeLessThan(100);
  expect(Math.max(...pauses)).toBeGreaterThan(400);
});

test('the life of a breaker: closed, open, half-open for one attempt, open again, closed', async () => {
  const resilience = new Resilience('fast', 4, () => 0);
  const state = (): string => resilience.stats().breaker.state;
  const since = (): string => resilience.stats().breaker.since;
  const beginning = since();
  for (let n = 0; n < 2; n++) await resilience.attempt(away, never).catch(() => undefined);
  expect([state(), since()]).toEqual(['closed', beginning]);
  // a success in between begins the count anew
  await resilience.attempt(async () => 1, never);
  for (let n = 0; n < 2; n++) await resilience.attempt(away, never).catch(() => undefined);
  expect(state()).toBe('closed');
  await resilience.attempt(away, never).catch(() => undefined);
  expect(state()).toBe('open');
  const seen: string[] = [];
  const probe = async (fails: boolean): Promise<void> => {
    await null;
    seen.push(state());
    if (fails) throw new Error('still away');
  };
  await resilience.attempt(() => probe(true), never).catch(() => undefined);
  expect(state()).toBe('open');
  await resilience.attempt(() => probe(false), never);
  expect(state()).toBe('closed');
  expect(seen).toEqual(['half-open', 'half-open']);
  expect(resilience.stats().breaker.openings).toBe(2);
  expect(Number.isNaN(Date.parse(since()))).toBe(false);
});

test('attempts that fail together count once, and one that fails late does not open the breaker', async () => {
  const resilience = new Resilience('fast', 4, () => 0);
  const failing: (() => void)[] = [];
  const begin = (): Promise<void> =>
    resilience.attempt(() => new Promise((_, reject) => failing.push(() => reject(new Error('away')))), never);
  const together = [begin(), begin(), begin(), begin()];
  for (const fail of failing.splice(0, 3)) fail();
  await Promise.allSettled(together.slice(0, 3));
  expect(resilience.stats().retry).toMatchObject({ failuresInARow: 1 });
  await resilience.attempt(async () => 1, never);
  for (const fail of failing) fail();
  await Promise.allSettled(together);
  expect(resilience.stats()).toMatchObject({ retry: { failuresInARow: 0 }, breaker: { state: 'closed' } });
});

test('the reason of a failure is the one of the destination, and a pause it asks for is kept', async () => {
  const resilience = new Resilience('fast', 1, () => 0);
  const asked = Object.assign(new Error('too many'), { retryAfterMs: 90_000 });
  await expect(resilience.attempt(() => Promise.reject(asked), never)).rejects.toBe(asked);
  expect(resilience.pauseMs).toBe(90_000);
  await expect(resilience.attempt(() => Promise.reject(undefined), never)).rejects.toBeUndefined();
  await resilience.attempt(async () => 1, never);
  expect(resilience.pauseMs).toBe(0);
});

test('what is aborted ends soon, with its own reason where it has one, even if it never ends by itself', async () => {
  const resilience = new Resilience('fast', 2);
  const controller = new AbortController();
  const deaf = resilience.attempt(() => new Promise<never>(() => undefined), controller.signal);
  const frank = resilience.attempt(
    (signal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('no route')))),
    controller.signal,
  );
  controller.abort();
  await expect(frank).rejects.toThrow('no route');
  await expect(deaf).rejects.toBeInstanceOf(OutOfTime);
});

test('a send that does not end keeps its place, and others wait for it', async () => {
  const resilience = new Resilience('fast', 1);
  const controller = new AbortController();
  let end: (() => void) | undefined;
  const deaf = resilience.attempt(
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
    controller.signal,
  );
  controller.abort();
  await expect(deaf).rejects.toBeInstanceOf(OutOfTime);
  let begun = false;
  const next = resilience.attempt(async () => {
    begun = true;
  }, never);
  await expect.poll(() => resilience.stats().bulkhead).toEqual({ limit: 1, running: 1, queued: 1 });
  expect(begun).toBe(false);
  end?.();
  await next;
  expect(begun).toBe(true);
  expect(resilience.stats().bulkhead).toEqual({ limit: 1, running: 0, queued: 0 });
});

test('somebody else’s fake timers and a clock that is set back stop nothing', async () => {
  vi.useFakeTimers();
  try {
    const resilience = new Resilience('fast', 1, () => 0);
    for (let n = 0; n < 3; n++) await resilience.attempt(away, never).catch(() => undefined);
    expect(resilience.isProbing).toBe(true);
    vi.setSystemTime(0);
    await resilience.attempt(async () => 1, never);
    expect(resilience.isProbing).toBe(false);
    const controller = new AbortController();
    const deaf = resilience.attempt(() => new Promise<never>(() => undefined), controller.signal);
    controller.abort();
    await expect(deaf).rejects.toBeInstanceOf(OutOfTime);
  } finally {
    vi.useRealTimers();
  }
});

test('stats are plain data', () => {
  const stats = new Resilience('heavy', 8).stats();
  expect(structuredClone(stats)).toEqual(stats);
  expect(stats).toMatchObject({ preset: 'heavy', bulkhead: { limit: 2 }, timeouts: { attemptMs: 120_000 } });
});

import { expect, test } from 'vitest';
import { endsWithin, OutOfTime, within } from './within.ts';

const never = new AbortController().signal;

test('work that ends in time gives what it gives', async () => {
  expect(await within(60_000, never, async () => 7)).toBe(7);
  await expect(within(60_000, never, () => Promise.reject(new Error('no route')))).rejects.toThrow('no route');
});

test('work that does not is told to stop, and given up even if it does not', async () => {
  const told: unknown[] = [];
  const work = within(20, never, (signal) => {
    signal.addEventListener('abort', () => told.push(signal.reason));
    return new Promise<never>(() => undefined);
  });
  await expect(work).rejects.toThrow('it did not answer within 0.02 s');
  expect(told).toEqual([expect.any(OutOfTime)]);
});

test('work that says why it did not get on is believed', async () => {
  const work = within(
    20,
    never,
    (signal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('no route')))),
  );
  await expect(work).rejects.toThrow('no route');
});

test('whether work ends in time is told', async () => {
  expect(await endsWithin(Promise.resolve(), 60_000)).toBe(true);
  expect(await endsWithin(new Promise(() => undefined), 20)).toBe(false);
});

import { expect, test } from 'vitest';
import { InFlight, noteFailure, type Portion } from './in-flight.ts';

const LIMIT = { events: 100, bytes: 1_000_000 };

const add = (inFlight: InFlight, from: number, to: number): void => {
  for (let n = from; n < to; n++) {
    inFlight.add({ entry: { ns: String(n), doc: new Uint8Array(10) }, after: { segment: 1, offset: n } });
  }
};
const numbers = (portion: Portion): number[] => portion.map(({ entry }) => Number(entry.ns));
const fail = (inFlight: InFlight, portion: Portion, successes: number): void => {
  noteFailure(portion, successes);
  inFlight.settle(portion, false);
};

test('one event that never arrives costs no memory for those that overtake it', () => {
  const inFlight = new InFlight(false);
  add(inFlight, 0, 1);
  const stuck = inFlight.take(LIMIT);
  for (let n = 1; n < 200_000; n += 100) {
    expect(inFlight.wants(LIMIT)).toBe(true);
    add(inFlight, n, n + 100);
    expect(inFlight.settle(inFlight.take(LIMIT), true)).toEqual([]);
  }
  expect(inFlight.length).toBeLessThan(10_000);
  expect(inFlight.settle(stuck, true).at(-1)).toEqual({ segment: 1, offset: 200_000 });
  expect(inFlight.length).toBe(0);
});

test('where each event counts, each has its place', () => {
  const inFlight = new InFlight();
  add(inFlight, 0, 9000);
  const [first, rest] = [inFlight.take({ ...LIMIT, events: 1 }), inFlight.take({ ...LIMIT, events: 8999 })];
  inFlight.settle(rest, true);
  expect(inFlight.settle(first, true)).toHaveLength(9000);
});

test('while everything fails, new events are read up to a bound, and nothing is suspected', () => {
  const inFlight = new InFlight(false);
  const limit = { events: 100, bytes: 10_000 };
  let next = 0;
  for (let attempt = 0; attempt < 1000; attempt++) {
    while (inFlight.wants(limit)) add(inFlight, next, ++next);
    const portion = inFlight.take({ ...limit, suspects: false });
    expect(portion.length).toBeGreaterThan(0);
    fail(inFlight, portion, 7);
  }
  expect(next * 10).toBeLessThanOrEqual(21_000);
});

test('what fails while others arrive is taken in smaller and smaller portions, until each stands alone', () => {
  const inFlight = new InFlight(false);
  add(inFlight, 0, 100);
  const sizes: number[] = [];
  for (let successes = 0; successes < 6; successes++) {
    const portion = inFlight.take(LIMIT);
    sizes.push(portion.length);
    expect(numbers(portion)[0]).toBe(0);
    fail(inFlight, portion, successes);
  }
  expect(sizes).toEqual([100, 100, 25, 7, 2, 1]);
  expect(inFlight.take({ ...LIMIT, suspects: false })).toEqual([]);
});

test('events that have not failed go first, and those that have get their turn', () => {
  const inFlight = new InFlight(false);
  add(inFlight, 0, 10);
  fail(inFlight, inFlight.take(LIMIT), 0);
  add(inFlight, 10, 20);
  const one = { ...LIMIT, events: 1 };
  const order = Array.from({ length: 8 }, () => numbers(inFlight.take(one))[0]);
  expect(order).toEqual([10, 11, 12, 0, 13, 14, 15, 1]);
});

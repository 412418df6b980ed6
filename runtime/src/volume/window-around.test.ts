import fc from 'fast-check';
import { expect, test } from 'vitest';
import { windowAround } from './window-around.ts';

const HOUR_MS = 3_600_000;

test('windows lie side by side, on multiples of their length past the hour', () => {
  const around = (time: string, length: number): string[] => {
    const { from, to } = windowAround(Date.parse(time), length);
    return [from, to].map((end) => new Date(end).toISOString().slice(11, -1));
  };
  expect(around('2026-03-01T12:34:56.789Z', 10_000)).toEqual(['12:34:50.000', '12:35:00.000']);
  expect(around('2026-03-01T12:34:50.000Z', 10_000)).toEqual(['12:34:50.000', '12:35:00.000']);
  expect(around('2026-03-01T12:20:00.000Z', 25 * 60_000)).toEqual(['12:00:00.000', '12:25:00.000']);
  expect(around('2026-03-01T23:59:00.000Z', 25 * 60_000)).toEqual(['23:50:00.000', '00:00:00.000']);
});

test('and none reaches into another hour', () => {
  const property = fc.property(fc.nat(2 ** 41), fc.integer({ min: 1, max: HOUR_MS }), (time, length) => {
    const { hour, from, to } = windowAround(time, length);
    expect(from).toBeLessThanOrEqual(time);
    expect(to).toBeGreaterThan(time);
    expect(to - from).toBeLessThanOrEqual(length);
    expect(hour % HOUR_MS).toBe(0);
    expect((from - hour) % length).toBe(0);
    expect(to).toBeLessThanOrEqual(hour + HOUR_MS);
    expect(windowAround(to, length).from).toBe(to);
  });
  fc.assert(property);
});

import { expect, it } from 'vitest';
import { bucketNamer } from './buckets.ts';

const name = (bucket: 'hour' | 'day' | 'month', timeZone: string, time: string): string =>
  bucketNamer(bucket, timeZone)(new Date(time));

it('names local days and months', () => {
  expect(name('day', 'Europe/Berlin', '2026-03-31T22:30:00Z')).toBe('2026-04-01');
  expect(name('month', 'Europe/Berlin', '2026-03-31T22:30:00Z')).toBe('2026-04');
  expect(name('day', 'UTC', '2026-03-31T22:30:00Z')).toBe('2026-03-31');
});

it('keeps the two hours apart that the end of summer time makes', () => {
  expect(name('hour', 'Europe/Berlin', '2026-10-25T00:30:00Z')).toBe('2026-10-25T02:00+02:00');
  expect(name('hour', 'Europe/Berlin', '2026-10-25T01:30:00Z')).toBe('2026-10-25T02:00+01:00');
});

it('names midnight and offsets of half an hour', () => {
  expect(name('hour', 'UTC', '2026-01-01T00:59:59Z')).toBe('2026-01-01T00:00+00:00');
  expect(name('hour', 'Asia/Kolkata', '2026-01-01T18:45:00Z')).toBe('2026-01-02T00:00+05:30');
});

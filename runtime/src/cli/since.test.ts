import { expect, it } from 'vitest';
import { parseSince } from './since.ts';

const NOW = new Date('2026-03-10T12:00:00Z');

it.each([
  ['90s', '2026-03-10T11:58:30.000Z'],
  ['1.5h', '2026-03-10T10:30:00.000Z'],
  ['7d', '2026-03-03T12:00:00.000Z'],
  ['2w', '2026-02-24T12:00:00.000Z'],
  ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ['2026-01-31T12:00:00+01:00', '2026-01-31T11:00:00.000Z'],
])('reads %s', (text, moment) => {
  expect(parseSince(text, NOW)?.toISOString()).toBe(moment);
});

it.each(['', 'yesterday', '1', '1y', '-1h', '2026-13-40', '31.01.2026'])('refuses %j', (text) => {
  expect(parseSince(text, NOW)).toBeUndefined();
});

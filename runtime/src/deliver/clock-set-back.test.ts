import { expect, test, vi } from 'vitest';
import { SITE_INFO } from '../../../fixtures/tools/site-info.ts';
import { site } from '../instrument/node.ts';
import { flush, memoryEvents } from '../panoptic.ts';

/** The wall clock of this process, which can be set. The runtime takes hold of it while it loads. */
const clock = vi.hoisted(() => {
  const { now } = Date;
  const shift = { ms: 0 };
  Date.now = () => now() + shift.ms;
  return shift;
});

const HOUR = 3_600_000;

test('events follow a clock that is set back, and forth again, each with an id of its own', async () => {
  const work = site(1, { ...SITE_INFO });
  const lots: [from: number, to: number][] = [];
  for (const ms of [0, -HOUR, HOUR, 0, -HOUR]) {
    clock.ms = ms;
    const from = Date.now();
    for (let n = 0; n < 200; n++) work.begin().end();
    await flush();
    lots.push([from, Date.now()]);
  }
  const events = memoryEvents();
  expect(events).toHaveLength(5 * 200);
  expect(new Set(events.map(({ _id }) => _id)).size).toBe(events.length);
  for (const [index, { ts, _id }] of events.entries()) {
    const [from = 0, to = 0] = lots[Math.floor(index / 200)] ?? [];
    // a millisecond on either side, because one clock counts in whole ones
    expect(Date.parse(ts)).toBeGreaterThanOrEqual(from - 1);
    expect(Date.parse(ts)).toBeLessThanOrEqual(to + 1);
    expect(Number.parseInt(_id.slice(0, 8), 16)).toBe(Math.floor(Date.parse(ts) / 1000));
  }
});

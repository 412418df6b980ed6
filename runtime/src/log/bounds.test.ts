import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { numberedEvents, numbersOf, range, scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { writeCursor } from './cursor.ts';
import { EventLog, type EventLogOptions } from './event-log.ts';
import { deadLetterFolder, ownerFolders, segmentPath, segmentsOf } from './layout.ts';
import { ownOwner, writeOwner } from './owner.ts';
import { readLog } from './reader.ts';
import { usageOf } from './usage.ts';

/** For a machine that is busy with other things. */
const until = <T>(check: () => T): Promise<T> => vi.waitFor(check, 60_000);

afterEach(() => vi.useRealTimers());

const BYTES = numberedEvents(0, 1)[0]?.doc.length ?? 0;

function eventLog(role: 'store' | 'spool', options: Partial<EventLogOptions> = {}): { dir: string; log: EventLog } {
  const dir = options.dir ?? scratchFolder();
  const log = new EventLog({ dir, role, destination: { transport: 'log', destination: dir }, ...options });
  return { dir, log };
}

/** As if the process that wrote it were gone. */
function orphan(folder: string, role: 'store' | 'spool'): void {
  writeOwner(folder, { ...ownOwner(role), pid: spawnSync(process.execPath, ['--version']).pid });
}

const append = (log: EventLog, from: number, to: number): void => {
  for (const n of range(from, to)) log.append(numberedEvents(n, n + 1));
};

test('a segment is sealed by its size', () => {
  const { log } = eventLog('store', { segmentBytes: 10 * BYTES });
  append(log, 0, 60);
  const folder = log.folder ?? '';
  for (const segment of segmentsOf(folder).slice(0, -1)) {
    expect(statSync(segmentPath(folder, segment)).size).toBeLessThan(10 * BYTES + 2 * (BYTES + 100));
  }
  expect(segmentsOf(folder).length).toBeGreaterThan(4);
});

test('a segment is sealed by its age, which a clock that is set does not change', () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  const { log } = eventLog('store', { segmentMs: 1000 });
  append(log, 0, 3);
  vi.setSystemTime(Date.now() - 86_400_000);
  append(log, 3, 6);
  vi.setSystemTime(Date.now() + 3 * 86_400_000);
  append(log, 6, 9);
  expect(segmentsOf(log.folder ?? '')).toEqual([1]);
  vi.advanceTimersByTime(1000);
  append(log, 9, 10);
  expect(segmentsOf(log.folder ?? '')).toEqual([1, 2]);
});

test('a store over its quota loses its oldest segments, whoever wrote them, and says how many events', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const maxBytes = 16_000;
  const { dir, log: first } = eventLog('store', { maxBytes });
  append(first, 0, 50);
  orphan(first.folder ?? '', 'store');
  const { log } = eventLog('store', { dir, maxBytes });
  append(log, 50, 400);
  const kept = (await numbersOf(readLog(dir))).sort((a, b) => a - b);
  expect(kept.at(-1)).toBe(399);
  expect(kept).toEqual(range(kept[0] ?? 0, 400));
  expect(kept[0]).toBeGreaterThan(50);
  expect(log.stats()?.droppedBySize).toBe(kept[0]);
  expect(usageOf(dir, undefined).bytes).toBeLessThanOrEqual(maxBytes + maxBytes / 8);
  // the folder of the dead process is empty and gone
  expect(ownerFolders(dir)).toEqual([log.folder]);
  expect(
    said.mock.calls.flat().filter((line) => /PAN6314: .*oldest events were deleted so far: raise/.test(line)),
  ).toHaveLength(1);
  expect(log.refused).toBe(0);
});

test('a store leaves the segment that a live process writes, and spools, however full it is', () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const maxBytes = 16_000;
  const { dir, log: other } = eventLog('store', { maxBytes });
  append(other, 0, 5);
  const { log: spool } = eventLog('spool', { dir });
  append(spool, 0, 100);
  const { log } = eventLog('store', { dir, maxBytes });
  append(log, 100, 600);
  expect(segmentsOf(other.folder ?? '')).toEqual([1]);
  expect(segmentsOf(spool.folder ?? '')).toEqual([1]);
  expect(log.stats()?.droppedBySize).toBeGreaterThan(100);
  // recording goes on
  append(log, 600, 601);
  expect(log.refused + log.pending).toBe(0);
});

test('a spool over its quota refuses the newest, counted and said, and takes events again when others have arrived', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { dir, log } = eventLog('spool', { maxBytes: 16_000 });
  let [acknowledged, lost] = [0, 0];
  for (const n of range(0, 400)) {
    const events = numberedEvents(n, n + 1);
    log.append(events, (ids) => {
      if (ids.length === 0) acknowledged++;
      else if (ids[0] === events[0]?.id) lost++;
    });
  }
  const kept = await numbersOf(readLog(dir));
  expect(kept).toEqual(range(0, kept.length));
  expect(kept.length).toBeGreaterThan(80);
  expect(log.refused).toBe(400 - kept.length);
  expect(log.stats()).toMatchObject({ refused: 400 - kept.length, droppedBySize: 0 });
  expect([acknowledged, lost]).toEqual([kept.length, 400 - kept.length]);
  expect(usageOf(dir, undefined).bytes).toBeLessThanOrEqual(16_000 + 500);
  expect(said.mock.calls.flat().filter((line) => /PAN6313: .* refused so far: raise/.test(line))).toHaveLength(1);

  // everything has arrived, and no further event was needed to delete it
  const folder = log.folder ?? '';
  const segment = segmentsOf(folder).at(-1) ?? 0;
  writeCursor(folder, { segment, offset: statSync(segmentPath(folder, segment)).size });
  await until(() => {
    const { refused } = log;
    append(log, 400, 401);
    expect(log.refused).toBe(refused);
  });
  expect(await numbersOf(readLog(dir))).toEqual([400]);
});

test('dead letters that fill the quota do not stop a spool for good', () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { dir, log } = eventLog('spool', { maxBytes: 16_000 });
  mkdirSync(deadLetterFolder(dir), { recursive: true });
  writeFileSync(path.join(deadLetterFolder(dir), '1.letters'), 'x'.repeat(20_000));
  append(log, 0, 400);
  expect(log.accepted - log.refused).toBeGreaterThan(5);
  expect(log.refused).toBeGreaterThan(300);
});

test('a store drops what is too old, by the age of its newest event, and nothing because a clock was set', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  const { dir, log } = eventLog('store', { maxAgeMs: 60_000, segmentMs: 20 });
  append(log, 0, 10);
  const folder = log.folder ?? '';
  vi.advanceTimersByTime(20);
  append(log, 10, 20);
  const [old = 0, young = 0, ...others] = segmentsOf(folder);
  expect(others).toEqual([]);
  const age = (segment: number, ms: number): void => {
    const time = new Date(Date.now() - ms);
    utimesSync(segmentPath(folder, segment), time, time);
  };
  const looks = async (): Promise<void> => {
    const asked = vi.spyOn(performance, 'now');
    await until(() => expect(asked.mock.calls.length).toBeGreaterThan(2));
    asked.mockRestore();
  };
  age(old, 30_000);
  age(young, 0);
  const now = Date.now();
  // a clock that jumps must not drop everything at once
  vi.setSystemTime(now + 365 * 86_400_000);
  await looks();
  vi.setSystemTime(now - 365 * 86_400_000);
  await looks();
  expect(segmentsOf(folder)).toEqual([old, young]);
  vi.setSystemTime(now);
  age(old, 61_000);
  await until(() => expect(segmentsOf(folder)).toEqual([young]));
  expect(log.stats()).toMatchObject({ droppedByAge: 10, droppedBySize: 0 });
  vi.useRealTimers();
  expect(await numbersOf(readLog(dir))).toEqual(range(10, 20));
});

test('stats tell size, number of segments and age', async () => {
  const { dir, log } = eventLog('store', { segmentBytes: 1000 });
  append(log, 0, 40);
  expect(log.stats()).toMatchObject({ bytes: usageOf(dir, undefined).bytes, maxBytes: 2 ** 30 });
  const { length } = segmentsOf(log.folder ?? '');
  await until(() => expect(log.stats()?.segments).toBe(length));
  const longAgo = new Date(Date.now() - 3_600_000);
  utimesSync(segmentPath(log.folder ?? '', 1), longAgo, longAgo);
  await until(() => expect(log.stats()?.oldestMs).toBeGreaterThanOrEqual(3_600_000));
  expect(existsSync(dir)).toBe(true);
});

import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { CrashDisk } from '../../../fixtures/tools/crash-disk/disk.ts';
import { CRASH_ROOT } from '../../../fixtures/tools/crash-disk/fs.ts';
import { numberedEvents, range } from '../../../fixtures/tools/log-events.ts';
import { writeCursor } from './cursor.ts';
import { EventLog, type EventLogOptions } from './event-log.ts';
import { FolderSpool } from './folder-spool.ts';
import { ownerFolders, segmentsOf } from './layout.ts';
import { dropSegment } from './retention.ts';

const mounted = vi.hoisted((): { disk: CrashDisk | undefined } => ({ disk: undefined }));

vi.mock('node:fs', async (original) => {
  const { CrashDisk: Disk } = await import('../../../fixtures/tools/crash-disk/disk.ts');
  const { mountCrashDisk } = await import('../../../fixtures/tools/crash-disk/fs.ts');
  mounted.disk = new Disk();
  return mountCrashDisk(mounted.disk, await original());
});

beforeEach(() => {
  if (!mounted.disk) throw new Error('node:fs is not mocked');
  mounted.disk.root = mounted.disk.newFolder();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  // of what is not certain, a power cut leaves nothing
  mounted.disk.random = () => 0;
});
afterEach(() => vi.restoreAllMocks());

const cutPower = (): void => mounted.disk?.restartAfterPowerCut();

/** A spool on the crash disk with twenty events in several segments, on disk. */
function spooled(options: Partial<EventLogOptions> = {}): { log: EventLog; folder: string } {
  const destination = { transport: 'mongodb', destination: 'nowhere' } as const;
  const log = new EventLog({ dir: CRASH_ROOT, role: 'spool', destination, segmentBytes: 250, ...options });
  for (const n of range(0, 20)) log.append(numberedEvents(n, n + 1));
  log.sync();
  return { log, folder: log.folder ?? '' };
}

test('segments that have arrived stay deleted', () => {
  const { log, folder } = spooled();
  const spool = new FolderSpool(folder, { isSealed: (segment) => log.isSealed(segment), live: true, cursorMs: 0 });
  const before = segmentsOf(folder);
  spool.settle(spool.take({ events: 15, bytes: 1 << 20 }), true);
  const left = segmentsOf(folder);
  expect(left.length).toBeLessThan(before.length);
  cutPower();
  expect(segmentsOf(folder)).toEqual(left);
});

test('a spool that was shipped stays deleted', () => {
  const { folder } = spooled();
  new FolderSpool(folder, { isSealed: () => true, live: false }).remove();
  expect(ownerFolders(CRASH_ROOT)).toEqual([]);
  cutPower();
  expect(ownerFolders(CRASH_ROOT)).toEqual([]);
});

test('the folder of a log whose events have arrived when it is closed stays deleted', () => {
  const { log } = spooled();
  log.close(() => true);
  expect(ownerFolders(CRASH_ROOT)).toEqual([]);
  cutPower();
  expect(ownerFolders(CRASH_ROOT)).toEqual([]);
});

test('what a full spool deletes of what has arrived stays deleted', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const { log, folder } = spooled({ maxBytes: 1000 });
  const [last = 0] = segmentsOf(folder).slice(-1);
  writeCursor(folder, { segment: last, offset: 0 });
  vi.advanceTimersByTime(1000);
  // refused all the same: with the next segment the folder would be synced
  log.append(numberedEvents(20, 21, 'd', 'c', 'x'.repeat(2000)));
  expect(segmentsOf(folder)[0]).toBe(last);
  cutPower();
  expect(segmentsOf(folder)[0]).toBe(last);
});

test('the folder of a store whose last segment was dropped stays deleted', () => {
  const { folder } = spooled({ role: 'store' });
  for (const segment of segmentsOf(folder)) dropSegment({ folder, segment, bytes: 0, written: 0 }, undefined);
  expect(ownerFolders(CRASH_ROOT)).toEqual([]);
  cutPower();
  expect(ownerFolders(CRASH_ROOT)).toEqual([]);
});

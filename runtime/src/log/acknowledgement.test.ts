import { closeSync, fstatSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { numberedEvents, numbersOf, range, scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { EventLog, type EventLogOptions } from './event-log.ts';
import { readLog } from './reader.ts';
import { type Disk, realDisk, SegmentFile } from './segment-file.ts';
import { verifyLog } from './verify.ts';

/** For a machine that is busy with other things. */
const until = <T>(check: () => T): Promise<T> => vi.waitFor(check, 60_000);

/** A log and the numbers of the appends that were acknowledged, in order; each append is one event. */
function logged(options: Partial<EventLogOptions> = {}): {
  log: EventLog;
  dir: string;
  acknowledged: number[];
  /** Those that were told as lost. */
  lost: number[];
  append(n: number): void;
} {
  const dir = path.join(scratchFolder(), '.panoptic');
  const destination = { transport: 'log', destination: dir } as const;
  const log = new EventLog({ dir, role: 'store', destination, retryMs: 10, ...options });
  const acknowledged: number[] = [];
  const lost: number[] = [];
  const append = (n: number): void => {
    const events = numberedEvents(n, n + 1);
    log.append(events, (ids) => {
      acknowledged.push(n);
      if (ids.length > 0) lost.push(n);
      expect(ids).toEqual(ids.length > 0 ? events.map(({ id }) => id) : []);
    });
  };
  return { log, dir, acknowledged, lost, append };
}

/** A disk whose syncs wait until they are let go, or fail. */
function slowDisk(): { disk: Disk; syncs: ((error: Error | null) => void)[]; fail: boolean } {
  const control = {
    syncs: [] as ((error: Error | null) => void)[],
    fail: false,
    disk: {
      ...realDisk,
      datasync(descriptor: number): void {
        if (control.fail) throw Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });
        realDisk.datasync(descriptor);
      },
      datasyncLater(descriptor: number, done: (error: Error | null) => void): void {
        control.syncs.push((error) => (error ? done(error) : realDisk.datasyncLater(descriptor, done)));
      },
    },
  };
  return control;
}

/**
 * A disk as Linux has it: what could not be written back is reported once by each descriptor that the file has. Callbacks of
 * syncs in the background wait until they are let go.
 */
function forgetfulDisk(): { disk: Disk; callbacks: (() => void)[]; breaks: boolean } {
  const broken = new Set<number>();
  const reported = new Set<string>();
  const errorOf = (descriptor: number): Error | null => {
    const { ino } = fstatSync(descriptor);
    if (control.breaks) broken.add(ino);
    control.breaks = false;
    const key = `${ino} ${descriptor}`;
    if (!broken.has(ino) || reported.has(key)) return null;
    reported.add(key);
    return Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });
  };
  const control = {
    callbacks: [] as (() => void)[],
    breaks: false,
    disk: {
      ...realDisk,
      datasync(descriptor: number): void {
        const error = errorOf(descriptor);
        if (error) throw error;
      },
      datasyncLater(descriptor: number, done: (error: Error | null) => void): void {
        const error = errorOf(descriptor);
        control.callbacks.push(() => done(error));
      },
    },
  };
  return control;
}

test('process: acknowledged when append returns, in order', () => {
  const { append, acknowledged, log } = logged();
  for (const n of range(0, 3)) {
    append(n);
    expect(acknowledged).toEqual(range(0, n + 1));
  }
  log.append([], () => acknowledged.push(-1));
  expect(acknowledged.at(-1)).toBe(-1);
});

test('disk: acknowledged when synced; appends that come meanwhile share the next sync', async () => {
  const { disk, syncs } = slowDisk();
  const { append, acknowledged, log } = logged({ disk, acknowledgement: 'disk' });
  append(0);
  expect(acknowledged).toEqual([]);
  for (const n of range(1, 50)) append(n);
  expect(syncs).toHaveLength(1);
  expect(log.pending).toBe(50);
  syncs[0]?.(null);
  await until(() => expect(syncs).toHaveLength(2));
  expect(acknowledged).toEqual([0]);
  syncs[1]?.(null);
  await until(() => expect(acknowledged).toEqual(range(0, 50)));
  expect(log.pending).toBe(0);
  expect(syncs).toHaveLength(2);
});

test('disk: a sync that is asked for acknowledges at once, and one under way says nothing new', async () => {
  const { disk, syncs } = slowDisk();
  const { append, acknowledged, log } = logged({ disk, acknowledgement: 'disk', segmentBytes: 400 });
  for (const n of range(0, 20)) append(n);
  log.sync();
  expect(acknowledged).toEqual(range(0, 20));
  append(20);
  syncs[0]?.(null);
  log.close();
  expect(acknowledged).toEqual(range(0, 21));
});

test('disk: after a sync that failed nothing is acknowledged, and the events are written again, once', async () => {
  const { disk, syncs } = slowDisk();
  const { append, acknowledged, log, dir } = logged({ disk, acknowledgement: 'disk' });
  append(0);
  log.sync();
  for (const n of range(1, 10)) append(n);
  syncs[0]?.(null);
  await until(() => expect(syncs).toHaveLength(2));
  syncs[1]?.(new Error('EIO: i/o error, fdatasync'));
  expect(acknowledged).toEqual([0]);
  expect(log.pending).toBe(9);
  // it is tried again with another segment
  await until(() => expect(syncs).toHaveLength(3));
  expect(acknowledged).toEqual([0]);
  syncs[2]?.(null);
  await until(() => expect(acknowledged).toEqual(range(0, 10)));
  log.close();
  expect(await numbersOf(readLog(dir))).toEqual(range(0, 10));
  expect(verifyLog(dir).findings).toEqual([]);
  expect(verifyLog(dir).owners[0]?.segments).toBe(2);
});

test('disk: a segment is synced before it is sealed, and cut back when that fails', async () => {
  const control = slowDisk();
  const { append, acknowledged, log, dir } = logged({
    disk: control.disk,
    acknowledgement: 'disk',
    segmentBytes: 400,
    retryMs: 60_000,
  });
  control.fail = true;
  for (const n of range(0, 8)) append(n);
  expect(acknowledged).toEqual([]);
  expect(log.writeFailures).toBeGreaterThan(0);
  control.fail = false;
  log.close();
  expect(acknowledged).toEqual(range(0, 8));
  expect(await numbersOf(readLog(dir))).toEqual(range(0, 8));
  expect(verifyLog(dir).findings).toEqual([]);
});

test('disk: a sync that is asked for is no proof while one in the background has taken the error', async () => {
  const control = forgetfulDisk();
  const { append, acknowledged, log, dir } = logged({ disk: control.disk, acknowledgement: 'disk' });
  control.breaks = true;
  append(0);
  append(1);
  log.sync();
  expect(acknowledged).toEqual([]);
  for (let next = 0; acknowledged.length < 2; next++) {
    await until(() => expect(control.callbacks[next]).toBeDefined());
    control.callbacks[next]?.();
  }
  expect(acknowledged).toEqual([0, 1]);
  expect(log.writeFailures).toBe(1);
  log.close();
  expect(await numbersOf(readLog(dir))).toEqual([0, 1]);
  // nothing is left in the one that could not be synced
  expect(verifyLog(dir).owners[0]?.segments).toBe(2);
  expect(verifyLog(dir).findings).toEqual([]);
});

test('disk: neither is the sync of a segment that is sealed', async () => {
  const control = forgetfulDisk();
  const { append, acknowledged, log, dir } = logged({ disk: control.disk, acknowledgement: 'disk', segmentBytes: 400 });
  control.breaks = true;
  for (const n of range(0, 8)) append(n);
  expect(acknowledged).toEqual([]);
  expect(log.writeFailures).toBe(1);
  control.callbacks[0]?.();
  log.close();
  expect(acknowledged).toEqual(range(0, 8));
  expect(await numbersOf(readLog(dir))).toEqual(range(0, 8));
  expect(verifyLog(dir).findings).toEqual([]);
});

test('disk: what a seal has synced is safe, whatever a sync in the background tells later, and is not written twice', async () => {
  const { disk, syncs } = slowDisk();
  const { append, acknowledged, log, dir } = logged({ disk, acknowledgement: 'disk', segmentBytes: 150 });
  append(0);
  append(1);
  append(2);
  expect(verifyLog(dir).owners[0]?.segments).toBe(2);
  expect(acknowledged).toEqual([]);
  syncs[0]?.(new Error('EIO: i/o error, fdatasync'));
  expect(acknowledged).toEqual([0]);
  expect(log.writeFailures).toBe(0);
  log.close();
  expect(acknowledged).toEqual([0, 1, 2]);
  expect(await numbersOf(readLog(dir))).toEqual([0, 1, 2]);
  expect(verifyLog(dir).findings).toEqual([]);
});

test('a process that may open no further file syncs on the descriptor it has', async () => {
  const file = new SegmentFile(scratchFolder(), 1, realDisk);
  // its path cannot be opened any more
  rmSync(file.path);
  file.size += file.write(Buffer.from('bytes'));
  const told = vi.fn();
  file.syncLater(told);
  expect(told).not.toHaveBeenCalled();
  await until(() => expect(told).toHaveBeenCalledExactlyOnceWith(null));
  expect(file.synced).toBe(5);
  file.close();
});

test('process: a flush does not hide that a sealed segment could not be synced', async () => {
  const control = forgetfulDisk();
  const { append, log } = logged({ disk: control.disk, segmentBytes: 100, retryMs: 60_000 });
  control.breaks = true;
  append(0);
  expect(control.callbacks).toHaveLength(1);
  log.sync();
  expect(log.writeFailures).toBe(1);
  // never again on that descriptor, which would say that all is well
  append(1);
  log.sync();
  control.callbacks[0]?.();
  expect(log.writeFailures).toBe(2);
  log.close();
});

test('while nothing can be written, nothing is acknowledged; what is refused is told as lost', async () => {
  const parent = path.join(scratchFolder(), 'file');
  writeFileSync(parent, 'not a folder');
  const dir = path.join(parent, '.panoptic');
  const size = numberedEvents(0, 1)[0]?.doc.length ?? 0;
  const { append, acknowledged, lost, log } = logged({ dir, maxMemoryBytes: 3 * size, retryMs: 10 });
  for (const n of range(0, 5)) append(n);
  // the newest are refused, which is told after those that wait
  expect(log.refused).toBe(2);
  expect(acknowledged).toEqual([]);
  rmSync(parent);
  await until(() => expect(acknowledged).toEqual(range(0, 5)));
  expect(lost).toEqual([3, 4]);
  expect(await numbersOf(readLog(dir))).toEqual(range(0, 3));
});

test('shipped from memory is acknowledged, in order', () => {
  const { append, acknowledged, log } = logged({ dir: undefined });
  for (const n of range(0, 4)) append(n);
  log.held = 2;
  log.waiting.remove(2);
  expect(acknowledged).toEqual([0, 1]);
});

test('an error of the system at any write: nothing acknowledged is lost, nothing is there twice', async () => {
  if (process.platform !== 'linux') return console.log('Not run: only Linux tells which file a descriptor is.');
  const { append, acknowledged, log, dir } = logged({ retryMs: 0 });
  for (const n of range(0, 30)) {
    // closed behind the log's back: every call on it fails with EBADF
    if (n % 10 === 5) closeSync(descriptorOf(log.folder ?? ''));
    append(n);
  }
  await until(() => {
    log.writeWaiting();
    expect(acknowledged).toEqual(range(0, 30));
  });
  log.close();
  expect(await numbersOf(readLog(dir))).toEqual(range(0, 30));
  expect(verifyLog(dir).findings).toEqual([]);
  expect(log.writeFailures).toBeGreaterThanOrEqual(3);
});

function descriptorOf(folder: string): number {
  for (const name of readdirSync('/proc/self/fd')) {
    try {
      const target = readlinkSync(`/proc/self/fd/${name}`);
      if (target.startsWith(folder) && target.endsWith('.seg')) return Number(name);
    } catch {
      // closed meanwhile
    }
  }
  throw new Error(`no segment of ${folder} is open`);
}

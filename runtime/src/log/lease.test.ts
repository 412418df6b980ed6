import { existsSync, mkdirSync, readdirSync, renameSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { deserialize } from 'bson';
import { afterEach, expect, test, vi } from 'vitest';
import { numberedEvents, numbersOf, range, scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { adoptOrphans, releaseAdopted } from './adopt.ts';
import { EventLog } from './event-log.ts';
import { readFolder } from './folder-reader.ts';
import { ownerFolders } from './layout.ts';
import { EXPIRED_MS, hasExpired, holdLease, leasedFolders, releaseLease } from './lease.ts';
import { deadThreads, type Owner, ownOwner, writeOwner } from './owner.ts';
import { readLog } from './reader.ts';

/** For a machine that is busy with other things. */
const until = <T>(check: () => T): Promise<T> => vi.waitFor(check, 60_000);

afterEach(() => vi.restoreAllMocks());

const self = (): Owner => ownOwner('spool');

/** A spool of five events that is being written. */
function spool(dir: string = scratchFolder()): { dir: string; log: EventLog; folder: string } {
  const log = new EventLog({ dir, role: 'spool', destination: { transport: 'mongodb', destination: 'nowhere' } });
  log.append(numberedEvents(0, 5));
  return { dir, log, folder: log.folder ?? '' };
}

/** As if a container that this process cannot see into had written it, whose lease is so old. */
function foreign(folder: string, leaseAgeMs: number, owner: Partial<Owner> = { host: 'elsewhere' }): void {
  writeOwner(folder, { ...self(), ...owner });
  const time = new Date(Date.now() - leaseAgeMs);
  utimesSync(path.join(folder, 'lease'), time, time);
}

const numbers = (folder: string): number[] => [...readFolder(folder)].map(({ doc }) => deserialize(doc).n);

test.each<[string, Partial<Owner>]>([
  ['another host', { host: 'elsewhere' }],
  ['another container on this host', { pidNamespace: 'pid:[1]' }],
])('a spool of %s is adopted when its lease has expired, and not before', (_, owner) => {
  const { dir, folder } = spool();
  foreign(folder, EXPIRED_MS / 2, owner);
  expect(adoptOrphans(dir, self())).toEqual([]);
  foreign(folder, EXPIRED_MS + 1000, owner);
  const [adopted = '', ...others] = adoptOrphans(dir, self());
  expect(others).toEqual([]);
  expect(numbers(adopted)).toEqual(range(0, 5));
  expect(existsSync(folder)).toBe(false);
  // the one who has it says so to others
  expect(hasExpired(adopted)).toBe(false);
  expect(adoptOrphans(dir, self())).toEqual([]);
});

test('a lease from the future has expired: the clock was set back, and a live writer would have renewed it', () => {
  const { dir, folder } = spool();
  foreign(folder, -EXPIRED_MS / 2);
  expect(adoptOrphans(dir, self())).toEqual([]);
  foreign(folder, -EXPIRED_MS - 1000);
  expect(adoptOrphans(dir, self())).toHaveLength(1);
});

test('of several that adopt, one gets each folder', () => {
  const { dir, folder } = spool();
  foreign(folder, EXPIRED_MS + 1000);
  const others = { ...self(), pid: process.ppid, started: '' };
  expect([...adoptOrphans(dir, self()), ...adoptOrphans(dir, others)]).toHaveLength(1);
  expect(ownerFolders(dir)).toHaveLength(1);
});

test('a folder that was let go of is for whoever comes first, wherever it was written', () => {
  const { dir, log, folder } = spool();
  log.close();
  foreign(folder, 0);
  const [adopted = ''] = adoptOrphans(dir, self());
  expect(numbers(adopted)).toEqual(range(0, 5));
  // while it is being shipped it belongs to somebody, afterwards to nobody again
  expect(adoptOrphans(dir, self())).toEqual([]);
  releaseAdopted(dir);
  expect(adoptOrphans(dir, self())).toHaveLength(1);
});

test('a thread of this process that has ended is dead, others are not', () => {
  const { dir, folder } = spool();
  writeOwner(folder, { ...self(), thread: 4711 });
  expect(adoptOrphans(dir, self())).toEqual([]);
  deadThreads().add(4711);
  expect(adoptOrphans(dir, self())).toHaveLength(1);
  deadThreads().delete(4711);
});

test('what a later version has written is left to it', () => {
  const { dir, folder } = spool();
  foreign(folder, EXPIRED_MS + 1000, { host: 'elsewhere', format: 3 });
  expect(adoptOrphans(dir, self())).toEqual([]);
});

test('a writer that stood still while its folder was taken over does not acknowledge what it writes there', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { dir, log, folder } = spool();
  foreign(folder, EXPIRED_MS + 1000);
  const [adopted = ''] = adoptOrphans(dir, self());
  log.append(numberedEvents(5, 8));
  expect(log.folder).not.toBe(folder);
  expect(existsSync(folder)).toBe(false);
  expect(numbers(log.folder ?? '')).toEqual([5, 6, 7]);
  // what it wrote before it noticed may be in the adopted folder, too: with the same ids
  expect(new Set(await numbersOf(readLog(dir)))).toEqual(new Set(range(0, 8)));
  expect(numbers(adopted).slice(0, 5)).toEqual(range(0, 5));
  expect(log.pending + log.refused).toBe(0);
});

test('disk: what was written to a folder that was taken over, and not synced, is written again', () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const dir = scratchFolder();
  const destination = { transport: 'mongodb', destination: 'nowhere' } as const;
  const log = new EventLog({ dir, role: 'spool', destination, acknowledgement: 'disk' });
  const acknowledged: number[] = [];
  for (const n of range(0, 3)) log.append(numberedEvents(n, n + 1), () => acknowledged.push(n));
  expect(acknowledged).toEqual([]);
  renameSync(log.folder ?? '', path.join(dir, 'log', 'taken'));
  log.append(numberedEvents(3, 4), () => acknowledged.push(3));
  log.sync();
  expect(acknowledged).toEqual(range(0, 4));
  expect(numbers(log.folder ?? '')).toEqual(range(0, 4));
});

test('a lease is renewed by a timer until the folder is given up, and appends do not touch it', async () => {
  const { log, folder } = spool();
  const lease = path.join(folder, 'lease');
  const longAgo = new Date(Date.now() - EXPIRED_MS - 1000);
  utimesSync(lease, longAgo, longAgo);
  log.append(numberedEvents(5, 6));
  expect(hasExpired(folder)).toBe(true);
  for (const each of [...leasedFolders()]) releaseLease(each);
  holdLease(folder, 5);
  utimesSync(lease, longAgo, longAgo);
  await until(() => expect(hasExpired(folder)).toBe(false));
  releaseLease(folder);
  utimesSync(lease, longAgo, longAgo);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(hasExpired(folder)).toBe(true);
  expect(readdirSync(folder).filter((name) => name.endsWith('.clock'))).toEqual([]);
});

test('a folder of format 1 has no lease: only a long silence counts', () => {
  const { dir, folder } = spool();
  writeOwner(folder, { ...self(), host: 'elsewhere', format: 1 });
  renameSync(path.join(folder, 'lease'), path.join(dir, 'elsewhere'));
  const segment = path.join(folder, '00000001.seg');
  const silent = (ms: number): void => utimesSync(segment, new Date(), new Date(Date.now() - ms));
  silent(3_600_000);
  expect(adoptOrphans(dir, self())).toEqual([]);
  silent(25 * 3_600_000);
  expect(adoptOrphans(dir, self())).toHaveLength(1);
});

test('the place of a folder cannot be written: nothing is adopted, nothing is thrown', () => {
  const { dir, folder } = spool();
  foreign(folder, EXPIRED_MS + 1000);
  // where the probe for the volume's clock would be
  mkdirSync(path.join(folder, `${process.pid}.clock`));
  expect(adoptOrphans(dir, self())).toEqual([]);
});

test('a folder that its maker was killed in before anything was in it goes after a minute', () => {
  const { dir, folder } = spool();
  const [fresh, old, full] = ['fresh', 'old', 'full'].map((name) => path.join(path.dirname(folder), name)) as [
    string,
    string,
    string,
  ];
  for (const made of [fresh, old, full]) mkdirSync(made);
  mkdirSync(path.join(full, 'something'));
  const before = new Date(Date.now() - 61_000);
  for (const aged of [old, full]) utimesSync(aged, before, before);
  adoptOrphans(dir, self());
  expect([fresh, old, full].map((made) => existsSync(made))).toEqual([true, false, true]);
});

import { copyFileSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { numberedEvents, scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { adoptOrphans } from './adopt.ts';
import { EventLog } from './event-log.ts';
import { logFolder, ownerFolders } from './layout.ts';
import { EXPIRED_MS } from './lease.ts';
import { ownOwner } from './owner.ts';

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

/** A spool of five events; the lease that says that somebody writes it is so old. */
function spool(leaseAgeMs: number, dir: string = scratchFolder()): { dir: string; log: EventLog; folder: string } {
  const log = new EventLog({ dir, role: 'spool', destination: { transport: 'mongodb', destination: 'nowhere' } });
  log.append(numberedEvents(0, 5));
  const folder = log.folder ?? '';
  const time = new Date(Date.now() - leaseAgeMs);
  utimesSync(path.join(folder, 'lease'), time, time);
  return { dir, log, folder };
}

/** What is said of folders without an owner when the folders of dead processes are looked for twice. */
function said(dir: string): string[] {
  for (const _ of [1, 2]) expect(adoptOrphans(dir, ownOwner('spool'))).toEqual([]);
  const lines = vi.mocked(console.error).mock.calls.flat().map(String);
  return lines.filter((line) => line.includes('PAN6305'));
}

test.each([undefined, '', 'null', '{}', '{"role":'])(
  'an owner file that is %j: its folder is named once',
  (content) => {
    const { dir, folder } = spool(EXPIRED_MS + 1000);
    const file = path.join(folder, 'owner');
    if (content === undefined) rmSync(file);
    else writeFileSync(file, content);
    expect(said(dir)).toEqual([expect.stringContaining(`PAN6305: ${folder} holds events, but no readable file owner`)]);
    expect(ownerFolders(dir)).toEqual([folder]);
  },
);

test('so is one that its process has closed, however fresh its lease is', () => {
  const { dir, log, folder } = spool(0);
  log.close();
  rmSync(path.join(folder, 'owner'));
  expect(said(dir)).toHaveLength(1);
});

test('one that somebody writes is not, nor one that was just made, nor one without events', () => {
  const { dir, folder } = spool(0);
  rmSync(path.join(folder, 'owner'));
  const [fresh, other] = ['fresh', 'other'].map((name) => path.join(logFolder(dir), name)) as [string, string];
  for (const made of [fresh, other]) mkdirSync(made);
  writeFileSync(path.join(other, 'notes'), '');
  expect(said(dir)).toEqual([]);
});

test('with a copy of the file of another folder, as the message says, it is taken over', () => {
  const { dir, log, folder } = spool(EXPIRED_MS + 1000);
  rmSync(path.join(folder, 'owner'));
  const closed = spool(0, dir);
  closed.log.close();
  copyFileSync(path.join(closed.folder, 'owner'), path.join(folder, 'owner'));
  log.close();
  expect(adoptOrphans(dir, ownOwner('spool'))).toHaveLength(2);
});

import { spawnSync } from 'node:child_process';
import { rmSync, truncateSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { numberedEvents, range, scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { adoptOrphans } from './adopt.ts';
import { EventLog } from './event-log.ts';
import { type LogGap, type LogRecord, type Position, readFolder } from './folder-reader.ts';
import { FolderSpool } from './folder-spool.ts';
import { segmentPath, segmentsOf } from './layout.ts';
import { ownOwner, writeOwner } from './owner.ts';

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

/** What a dead process has left: twenty events in several segments. */
function left(): { dir: string; folder: string; segments: readonly number[]; first: readonly LogRecord[] } {
  const dir = scratchFolder();
  const destination = { transport: 'mongodb', destination: 'nowhere' } as const;
  const log = new EventLog({ dir, role: 'spool', destination, segmentBytes: 250 });
  for (const n of range(0, 20)) log.append(numberedEvents(n, n + 1));
  log.sync();
  const folder = log.folder ?? '';
  writeOwner(folder, { ...ownOwner('spool'), pid: spawnSync(process.execPath, ['--version']).pid });
  const first = [...readFolder(folder)].filter(({ segment }) => segment === 1);
  expect(first.length).toBeGreaterThan(2);
  return { dir, folder, segments: segmentsOf(folder), first };
}

function gapsOf(folder: string, from?: Position): Pick<LogGap, 'segment' | 'offset' | 'records'>[] {
  const gaps: LogGap[] = [];
  for (const _ of readFolder(folder, { from, onGap: (gap) => gaps.push(gap) }));
  expect(gaps.every((gap) => gap.folder === folder)).toBe(true);
  return gaps.map(({ segment, offset, records }) => ({ segment, offset, records }));
}

test('a segment that ends too early, between two records, is named when it is shipped, once', () => {
  const { dir, folder, first } = left();
  truncateSync(segmentPath(folder, 1), first.at(-2)?.offset);
  const [adopted = ''] = adoptOrphans(dir, ownOwner('spool'));
  const spool = new FolderSpool(adopted, { isSealed: () => true, live: false });
  expect(spool.take({ events: 100, bytes: 1 << 20 })).toHaveLength(18);
  const said = vi.mocked(console.error).mock.calls.flat().join('\n');
  expect(said.match(/PAN6304/g)).toHaveLength(1);
  expect(said).toContain(`PAN6304: 2 records are missing before ${segmentPath(adopted, 2)} at 0`);
});

test('missing are those between two records; nothing is known of what stood at the end', () => {
  const { folder, first, segments } = left();
  expect(gapsOf(folder)).toEqual([]);
  truncateSync(segmentPath(folder, 1), 0);
  const records = first.length;
  expect(gapsOf(folder)).toEqual([{ segment: 2, offset: 0, records }]);
  truncateSync(segmentPath(folder, segments.at(-1) ?? 0), 0);
  expect(gapsOf(folder)).toHaveLength(1);
});

test('segments that were shipped or dropped are no gap, nor is what stands before the place where reading begins', () => {
  const { folder, first, segments } = left();
  const [, second] = first;
  expect(gapsOf(folder, { segment: 1, offset: second?.offset ?? 0 })).toEqual([]);
  rmSync(segmentPath(folder, 1));
  expect(gapsOf(folder)).toEqual([]);
  rmSync(segmentPath(folder, segments[2] ?? 0));
  expect(gapsOf(folder)).toEqual([]);
});

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { serialize } from 'bson';
import { expect, test } from 'vitest';
import { numberedEvents, numbersOf, range, scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { adoptOrphans } from './adopt.ts';
import { EventLog } from './event-log.ts';
import { readFolder } from './folder-reader.ts';
import { logFolder, segmentPath } from './layout.ts';
import { type Owner, ownOwner, writeOwner } from './owner.ts';
import { readLog } from './reader.ts';
import { verifyLog } from './verify.ts';

/** A record as format 1 describes it, written here once more from its description. */
function record(seq: number, ns: string, doc: Uint8Array): Buffer {
  const body = serialize({ ns, doc: 0 });
  const whole = Buffer.concat([body.subarray(0, -1 - 4 - 5), Buffer.from('\x03doc\0', 'latin1'), doc, Buffer.alloc(1)]);
  whole.writeInt32LE(whole.length);
  const header = Buffer.alloc(16);
  header.writeUInt32LE(whole.length, 0);
  header.writeBigUInt64LE(BigInt(seq), 8);
  header.writeUInt32LE(crc32(Buffer.concat([header.subarray(0, 4), header.subarray(8), whole])), 4);
  return Buffer.concat([header, whole]);
}

/** A spool that a version before this one has left. */
function left(owner: Partial<Owner>): { dir: string; folder: string } {
  const dir = scratchFolder();
  const folder = path.join(logFolder(dir), '20260101T000000000Z-host-1-00000000');
  mkdirSync(folder, { recursive: true });
  writeOwner(folder, { ...ownOwner('spool'), format: 1, pid: 2 ** 22 + 1, ...owner });
  const records = numberedEvents(0, 20).map(({ doc }, index) => record(index + 1, 'd.c', doc));
  writeFileSync(segmentPath(folder, 1), Buffer.concat(records.slice(0, 12)));
  writeFileSync(segmentPath(folder, 2), Buffer.concat(records.slice(12)));
  return { dir, folder };
}

test('folders of format 1 are read and checked', async () => {
  const { dir, folder } = left({});
  expect(await numbersOf(readLog(dir))).toEqual(range(0, 20));
  const { owners, findings } = verifyLog(dir);
  expect(findings).toEqual([]);
  expect(owners).toMatchObject([{ format: 1, events: 20, dictionaries: 0, firstSeq: 1n, lastSeq: 20n }]);
  expect([...readFolder(folder, { from: { segment: 2, offset: 0 } })]).toHaveLength(8);
});

test('spools of format 1 are adopted', () => {
  const { dir } = left({});
  const [adopted = ''] = adoptOrphans(dir, ownOwner('spool'));
  expect([...readFolder(adopted)]).toHaveLength(20);
});

test('an event that shares nothing is written as in format 1', () => {
  const dir = scratchFolder();
  const log = new EventLog({ dir, role: 'store', destination: { transport: 'log', destination: dir } });
  const [event] = numberedEvents(0, 1, 'd', 'c');
  log.append(event ? [event] : []);
  const written = readFileSync(segmentPath(log.folder ?? '', 1));
  expect(written).toEqual(record(1, 'd.c', event?.doc ?? new Uint8Array()));
});

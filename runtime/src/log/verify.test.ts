import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { deserialize, ObjectId, serialize } from 'bson';
import { expect, test } from 'vitest';
import { numberedEvents, range, scratchFolder } from '../../../fixtures/tools/log-events.ts';
import type { FrozenEvent } from '../deliver/transport.ts';
import { keepDeadLetter } from './dead-letter.ts';
import { ownerFolders, segmentPath, segmentsOf } from './layout.ts';
import { logOutlet } from './outlet.ts';
import { ownOwner, readOwner, writeOwner } from './owner.ts';
import { type VerifyFinding, verifyLog } from './verify.ts';

const CONTEXT = Buffer.from(serialize({ tenant_id: 'acme', region: 'eu-west-1', feature: 'chat' })).subarray(4, -1);

/** Events that share a part. */
function sharing(from: number, to: number): FrozenEvent[] {
  return range(from, to).map((n) => {
    const _id = new ObjectId();
    const head = Buffer.from(serialize({ _id, n })).subarray(4, -1);
    const doc = Buffer.concat([Buffer.alloc(4), head, CONTEXT, Buffer.alloc(1)]);
    doc.writeInt32LE(doc.length);
    const shared = [{ from: 4 + head.length, to: doc.length - 1, bytes: CONTEXT }];
    return { id: _id.toHexString(), database: 'd', collection: `c${n % 2}`, doc, shared };
  });
}

/** A log whose writer is gone, in several segments. */
function log(events: readonly FrozenEvent[], portion = 10): { dir: string; folder: string } {
  const dir = scratchFolder();
  const outlet = logOutlet({ dir, segmentBytes: 1000 });
  for (let at = 0; at < events.length; at += portion) outlet.append(events.slice(at, at + portion));
  const [folder = ''] = ownerFolders(dir);
  const owner = readOwner(folder) ?? ownOwner('store');
  writeOwner(folder, { ...owner, pid: spawnSync(process.execPath, ['--version']).pid });
  return { dir, folder };
}

test('a log that is whole: everything is counted and nothing is found', () => {
  const events = sharing(0, 200);
  const { dir } = log(events);
  const numbers: number[] = [];
  const seen: number[] = [];
  const report = verifyLog(dir, {
    onEvent: ({ doc }) => numbers.push(deserialize(doc).n),
    onProgress: (read, total) => seen.push(read / total),
  });
  expect(report.findings).toEqual([]);
  expect(numbers).toEqual(range(0, 200));
  expect(seen.at(-1)).toBeGreaterThan(0.8);
  expect(report).toMatchObject({ events: 200, bytes: events.reduce((sum, { doc }) => sum + doc.length, 0) });
  expect(report.namespaces.map(({ ns, events: each }) => [ns, each]).sort()).toEqual([
    ['d.c0', 100],
    ['d.c1', 100],
  ]);
  const [owner] = report.owners;
  expect(owner).toMatchObject({ role: 'store', format: 2, state: 'dead', events: 200, arrived: 0, firstSeq: 1n });
  expect(owner?.dictionaries).toBeGreaterThan(0);
  expect(Number(owner?.lastSeq)).toBe(200 + (owner?.dictionaries ?? 0));
});

test('a changed byte, a missing file, a torn end: each is named with its place, and explains what is missing', () => {
  const { dir, folder } = log(sharing(0, 400));
  const segments = segmentsOf(folder);
  expect(segments.length).toBeGreaterThan(8);
  const changed = segmentPath(folder, segments[1] ?? 0);
  const bytes = readFileSync(changed);
  // in the dictionary record with which the segment begins
  bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
  writeFileSync(changed, bytes);
  rmSync(segmentPath(folder, segments[4] ?? 0));
  const last = segmentPath(folder, segments.at(-1) ?? 0);
  truncateSync(last, readFileSync(last).length - 3);

  const report = verifyLog(dir);
  expect(report.counts).toMatchObject({ gap: 1, torn: 1, duplicate: 0, unreadable: 0 });
  const of = (kind: string): VerifyFinding[] => report.findings.filter((finding) => finding.kind === kind);
  expect(of('corrupt')[0]).toMatchObject({ place: `${changed} at 0`, bytes: expect.any(Number) });
  expect(of('corrupt').every(({ place }) => place.startsWith(changed))).toBe(true);
  expect(of('gap')[0]).toMatchObject({ place: `${segmentPath(folder, segments[5] ?? 0)} at 0` });
  expect(of('torn')[0]).toMatchObject({ place: expect.stringContaining(last) });
  // of the missing file only the number of its records is known; the torn end has cost one event
  const named = [...of('corrupt'), ...of('gap')].reduce((sum, { events = 0 }) => sum + events, 0);
  expect(report.events).toBeLessThan(400);
  expect(report.events + named + 1).toBeGreaterThanOrEqual(400);
});

test('what is missing before the first record is named, unless whole segments are gone, as after retention', () => {
  const { dir, folder } = log(sharing(0, 400));
  const [first = 0, second = 0] = segmentsOf(folder);
  truncateSync(segmentPath(folder, first), 0);
  expect(verifyLog(dir).findings).toMatchObject([{ kind: 'gap', place: `${segmentPath(folder, second)} at 0` }]);
  rmSync(segmentPath(folder, first));
  expect(verifyLog(dir).findings).toEqual([]);
});

test('an event that is there twice is found, with both places, also when ids do not fit into memory', () => {
  const events = sharing(0, 100);
  const again = events[17];
  const { dir } = log([...events, ...(again ? [again] : [])]);
  for (const maxIdsInMemory of [7, 1000]) {
    const { counts, findings } = verifyLog(dir, { maxIdsInMemory });
    expect(counts.duplicate).toBe(1);
    expect(findings).toMatchObject([{ kind: 'duplicate', id: again?.id, ns: 'd.c1', events: 2 }]);
    expect(findings[0]?.message).toMatch(/2 events have the id .*; another is in .*\.seg at \d+/);
  }
});

test('what was set aside is listed', () => {
  const dir = scratchFolder();
  const [event] = numberedEvents(0, 1);
  const doc = event?.doc ?? new Uint8Array();
  keepDeadLetter(dir, { ns: 'd.c', doc }, 'too large');
  const { findings, counts } = verifyLog(dir);
  expect(counts).toMatchObject({ 'dead-letter': 1, quarantine: 0 });
  expect(findings).toMatchObject([{ kind: 'dead-letter', message: 'too large', id: event?.id, ns: 'd.c' }]);
});

test('findings are counted beyond those that are kept', () => {
  const dir = scratchFolder();
  for (const { doc } of numberedEvents(0, 5)) keepDeadLetter(dir, { ns: 'd.c', doc }, 'too large');
  const { findings, counts } = verifyLog(dir, { maxFindings: 2 });
  expect(counts['dead-letter']).toBe(5);
  expect(findings).toHaveLength(2);
});

test('a folder that does not exist holds nothing', () => {
  expect(verifyLog(`${scratchFolder()}/nothing`)).toMatchObject({ owners: [], events: 0, findings: [] });
});

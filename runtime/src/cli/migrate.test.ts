import { existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deserialize, serialize } from 'bson';
import { MongoClient, ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { capturedIo } from '../../../fixtures/tools/captured-io.ts';
import { scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { mongoForTests } from '../../../fixtures/tools/mongodb-test.ts';
import { frozenEvent, sampleEvent } from '../../../fixtures/tools/sample-events.ts';
import { fromJson } from '../event/json.ts';
import type { MigrationPlan } from '../event/migrate.ts';
import { logFolder, ownerFolders, quarantineFolder, segmentPath } from '../log/layout.ts';
import { type LogOutletOptions, logOutlet } from '../log/outlet.ts';
import { readOwner, writeOwner } from '../log/owner.ts';
import { readLog } from '../log/reader.ts';
import { EXIT } from './exit-codes.ts';
import { migrateLog } from './migrate-log.ts';
import { migrateMongodb } from './migrate-mongodb.ts';
import { run } from './program.ts';

const mongo = await mongoForTests('panoptic migrate in MongoDB');

/** An event of a version, with the field that the plan below renames. */
const versioned = (v: number | undefined, n: number): object => ({ _id: new ObjectId(), ...(v && { v }), old: n });

/** Version 2 calls `new` what version 1 called `old`, and cannot do without. */
const PLAN: MigrationPlan = {
  current: 2,
  steps: new Map([[1, ({ old, ...rest }) => ({ ...rest, new: old })]]),
  check: (document) => (document.new === 13 ? ['13 is no number we like'] : []),
};

const frozen = (document: object): Parameters<ReturnType<typeof logOutlet>['append']>[0][number] => ({
  id: String((document as { _id: unknown })._id),
  database: 'panoptic-test',
  collection: 'openai_default',
  doc: serialize(document),
});

function writeLog(dir: string, documents: readonly object[], options: Partial<LogOutletOptions> = {}): void {
  const outlet = logOutlet({ dir, ...options });
  outlet.append(documents.map(frozen));
  outlet.closeSync();
}

async function documentsIn(dir: string): Promise<Record<string, unknown>[]> {
  const documents = [];
  for await (const { doc } of readLog(dir)) documents.push(deserialize(doc));
  return documents;
}

describe('a log', () => {
  it('is written anew where it holds older versions; nothing else is touched', async () => {
    const dir = scratchFolder();
    const [today, mixed] = [
      [1, 2].map((n) => ({ ...versioned(2, n), new: n })),
      [0, 1, 2, 3].map((n) => versioned(1 + (n % 2), n)),
    ];
    writeLog(dir, today);
    writeLog(dir, mixed);
    const [untouched = ''] = ownerFolders(dir);
    const before = statSync(segmentPath(untouched, 1)).ino;
    const ids = (await documentsIn(dir)).map(({ _id }) => String(_id));

    const dry = migrateLog(dir, { plan: PLAN, dryRun: true });
    expect(dry).toMatchObject({ current: 4, migrated: { 1: 2 }, stuck: [], skipped: [] });
    expect((await documentsIn(dir)).filter(({ v }) => v === 1)).toHaveLength(2);

    expect(migrateLog(dir, { plan: PLAN, dryRun: false })).toMatchObject({ current: 4, migrated: { 1: 2 } });
    const after = await documentsIn(dir);
    expect(after.map(({ _id }) => String(_id))).toEqual(ids);
    expect(after.map(({ v }) => v)).toEqual([2, 2, 2, 2, 2, 2]);
    expect(after.filter((event) => 'old' in event && !('new' in event))).toHaveLength(2);
    expect(statSync(segmentPath(untouched, 1)).ino).toBe(before);
    expect(existsSync(path.join(dir, 'migrating'))).toBe(false);
    expect(migrateLog(dir, { plan: PLAN, dryRun: false })).toMatchObject({ current: 6, migrated: {} });
  });

  it('keeps and names what cannot be migrated', async () => {
    const dir = scratchFolder();
    writeLog(dir, [versioned(1, 12), versioned(1, 13), versioned(3, 14), versioned(undefined, 15)]);
    const result = migrateLog(dir, { plan: PLAN, dryRun: false });
    expect(result).toMatchObject({ migrated: { 1: 1 } });
    expect(result.stuck.map(({ reason }) => reason)).toEqual([
      '13 is no number we like',
      expect.stringContaining('its version 3 is later than 2'),
      'nothing leads on from version 0',
    ]);
    expect((await documentsIn(dir)).map(({ v, old }) => [v, old])).toEqual([
      [2, undefined],
      [1, 13],
      [3, 14],
      [undefined, 15],
    ]);
  });

  it('goes on where an earlier run was broken off, at every step', async () => {
    for (const broken of [
      'before the old one was moved',
      'between the two',
      'before the old one was removed',
    ] as const) {
      const dir = scratchFolder();
      writeLog(dir, [versioned(1, 1), versioned(1, 2)]);
      const [folder = ''] = ownerFolders(dir);
      const work = path.join(dir, 'migrating');
      const fresh = path.join(work, path.basename(folder));
      // what a run that is killed leaves: a new folder, complete or not, and the old one in one of two places
      const half = scratchFolder();
      writeLog(half, [{ ...versioned(2, 1), new: 1 }]);
      mkdirSync(work);
      renameSync(ownerFolders(half)[0] ?? '', fresh);
      if (broken !== 'before the old one was moved') renameSync(folder, `${fresh}.old`);
      if (broken === 'before the old one was removed') renameSync(fresh, folder);
      const result = migrateLog(dir, { plan: PLAN, dryRun: false });
      const expected =
        broken === 'before the old one was moved' ? { migrated: { 1: 2 }, current: 0 } : { migrated: {}, current: 1 };
      expect(result, broken).toMatchObject(expected);
      expect(
        (await documentsIn(dir)).every(({ v }) => v === 2),
        broken,
      ).toBe(true);
      expect(readdirSync(logFolder(dir)), broken).toEqual([path.basename(folder)]);
      expect(existsSync(work), broken).toBe(false);
    }
  });

  it('leaves a folder alone that a process writes', async () => {
    const dir = scratchFolder();
    const outlet = logOutlet({ dir });
    outlet.append([frozen(versioned(1, 1))]);
    const result = migrateLog(dir, { plan: PLAN, dryRun: false });
    expect(result).toMatchObject({
      migrated: {},
      skipped: [{ reason: `process ${process.pid} is running and writes it` }],
    });
    outlet.closeSync();
    expect(migrateLog(dir, { plan: PLAN, dryRun: false })).toMatchObject({ migrated: { 1: 1 }, skipped: [] });
  });

  it('sets damaged bytes aside before it leaves them out', async () => {
    const dir = scratchFolder();
    writeLog(dir, [versioned(1, 1), versioned(1, 2)]);
    const [folder = ''] = ownerFolders(dir);
    writeFileSync(segmentPath(folder, 1), Buffer.alloc(50, 7), { flag: 'a' });
    writeFileSync(segmentPath(folder, 2), Buffer.alloc(50, 7), { flag: 'a' });
    migrateLog(dir, { plan: PLAN, dryRun: false });
    expect((await documentsIn(dir)).map(({ new: n }) => n)).toEqual([1, 2]);
    expect(readdirSync(quarantineFolder(dir)).length).toBeGreaterThan(0);
  });

  it('is left as it is where a later Panoptic has written it', () => {
    const dir = scratchFolder();
    writeLog(dir, [versioned(1, 1)]);
    const [folder = ''] = ownerFolders(dir);
    const owner = readOwner(folder);
    if (owner) writeOwner(folder, { ...owner, format: 99 as never });
    expect(migrateLog(dir, { plan: PLAN, dryRun: false })).toMatchObject({
      migrated: {},
      skipped: [{ place: folder, reason: 'a later version of Panoptic has written it' }],
    });
  });
});

it('is a command', async () => {
  const root = scratchFolder();
  const { v: _, ...byHand } = fromJson(sampleEvent());
  writeLog(path.join(root, '.panoptic'), [byHand, fromJson(sampleEvent()), { _id: new ObjectId(), provider: 'AWS' }]);
  const io = capturedIo(root);
  expect(await run(['migrate', '--dry-run'], io)).toBe(EXIT.findings);
  expect(io.out()).toMatch(/^cannot be migrated: .*, segment 1, at \d+: .*projectId is missing/);
  expect(io.out()).toContain('1 event would be migrated (1 from version 0), 1 current in ');
  const real = capturedIo(root);
  expect(await run(['migrate', '--json'], real)).toBe(EXIT.findings);
  expect(JSON.parse(real.out())).toMatchObject({ migrated: { 0: 1 }, current: 1, stuck: [{}] });
  const clean = scratchFolder();
  const outlet = logOutlet({ dir: path.join(clean, '.panoptic') });
  outlet.append([frozenEvent(sampleEvent())]);
  outlet.closeSync();
  expect(await run(['migrate'], capturedIo(clean))).toBe(EXIT.ok);
});

describe.skipIf(!mongo)('MongoDB', () => {
  const uri = mongo?.uri ?? '';

  it('is migrated in place, again and again, with nothing lost', async () => {
    const env = mongo?.env() ?? '';
    const client = await new MongoClient(uri).connect();
    try {
      const db = client.db(`panoptic-${env}`);
      const old = Array.from({ length: 1203 }, (_, n) => versioned(1, n));
      await db.collection('openai_ann').insertMany([...old, { ...versioned(2, 1), new: 1 }]);
      await db.collection('aws_ann').insertMany([versioned(1, 12), versioned(1, 13), versioned(undefined, 3)]);
      const ask = (dryRun: boolean): Promise<object> => migrateMongodb(uri, env, { plan: PLAN, dryRun });
      const expected = { current: 1, migrated: { 1: 1203 } };
      expect(await ask(true)).toMatchObject(expected);
      expect(await db.collection('openai_ann').countDocuments({ v: 1 })).toBe(1203);
      expect(await ask(false)).toMatchObject({
        ...expected,
        stuck: [
          { place: expect.stringContaining('aws_ann, _id '), reason: '13 is no number we like' },
          { reason: 'nothing leads on from version 0' },
          { place: expect.stringContaining('openai_ann'), reason: '13 is no number we like' },
        ],
      });
      expect(
        await db.collection('openai_ann').countDocuments({ v: 2, new: { $exists: true }, old: { $exists: false } }),
      ).toBe(1202);
      expect(await db.collection('openai_ann').countDocuments({})).toBe(1204);
      expect(await db.collection('aws_ann').countDocuments({})).toBe(3);
      expect(await ask(false)).toMatchObject({ current: 1204, migrated: {} });
    } finally {
      await client.close();
    }
  });

  it('gets decimals and dates from documents by hand', async () => {
    const env = mongo?.env() ?? '';
    const client = await new MongoClient(uri).connect();
    try {
      const collection = client.db(`panoptic-${env}`).collection('aws_ann');
      await collection.insertOne({ ts: '2026-01-02T03:04:05Z', projectId: 'p', env, provider: 'aws', amount: 0.1 });
      const io = capturedIo(scratchFolder());
      expect(await run(['migrate', '--uri', uri, '--env', env], io)).toBe(EXIT.ok);
      expect(await run(['verify', '--uri', uri, '--env', env], capturedIo(scratchFolder()))).toBe(EXIT.ok);
      expect(io.out()).toContain('1 event migrated (1 from version 0), 0 current');
    } finally {
      await client.close();
    }
  });
});

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as bson from 'bson';
import * as driver7 from 'mongodb';
import * as driver6 from 'mongodb-6';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type NumberedEvent,
  numberedEvents,
  numbersOf,
  range,
  scratchFolder,
} from '../../../../fixtures/tools/log-events.ts';
import { mongoForTests } from '../../../../fixtures/tools/mongodb-test.ts';
import { saidByCause } from '../../diagnostics/say.ts';
import { readDestination } from '../../log/destination.ts';
import { ownerFolders } from '../../log/layout.ts';
import { readLog } from '../../log/reader.ts';
import type { Driver } from './client.ts';
import { type MongodbOutletOptions, mongodbOutlet } from './outlet.ts';

const mongo = await mongoForTests('shipping to MongoDB');
const uri = mongo?.uri ?? 'mongodb://none/';

// a cause is said once a minute: each test begins with a new minute
beforeEach(() => saidByCause().clear());

describe.skipIf(!mongo).each([
  ['driver 7', driver7],
  ['driver 6', driver6 as unknown as Driver],
])('shipping with %s', (_, driver) => {
  const client = new driver7.MongoClient(uri);
  beforeAll(async () => void (await client.connect()));
  afterAll(() => client.close());

  const start = (options: Partial<MongodbOutletOptions> = {}): ReturnType<typeof mongodbOutlet> =>
    mongodbOutlet({ uri, driver: async () => driver, ...options });
  const database = (): string => `panoptic-${mongo?.env()}`;
  const stored = async (db: string, collection = 'openai_test'): Promise<number[]> =>
    (await client.db(db).collection(collection).find().sort({ n: 1 }).toArray()).map(({ n }) => n);

  test('events arrive once, each in its collection, and the folder is empty afterwards', async () => {
    const dir = scratchFolder();
    const db = database();
    const transport = start({ dir });
    transport.append(numberedEvents(0, 1200, db));
    transport.append(numberedEvents(0, 10, db, 'system_test'));
    await transport.flush(10_000);
    expect(await stored(db)).toEqual(range(0, 1200));
    expect(await stored(db, 'system_test')).toEqual(range(0, 10));
    expect(transport.stats()).toMatchObject({ accepted: 1210, delivered: 1210, pending: 0, dropped: 0, failures: 0 });
    await transport.close(1000);
    expect(ownerFolders(dir)).toEqual([]);
    expect(readDestination(dir)).toMatchObject({ transport: 'mongodb' });
  });

  test('the indexes of the design are made', async () => {
    const db = database();
    const transport = start({ dir: scratchFolder() });
    transport.append(numberedEvents(0, 1, db));
    await transport.close(10_000);
    const indexes = await client.db(db).collection('openai_test').indexes();
    expect(indexes.map(({ name }) => name).sort()).toEqual([
      '_id_',
      'env_1',
      'metadata.tenant_id_1_ts_-1',
      'service_1',
      'ts_-1',
      'ts_-1_service_1',
    ]);
  });

  test('a document is stored with the types it was frozen with', async () => {
    const db = database();
    const document = {
      _id: new bson.ObjectId(),
      whole: new bson.Double(3),
      int: new bson.Int32(3),
      long: bson.Long.fromString('9007199254740993'),
      amount: bson.Decimal128.fromString('0.000000000000000001'),
      ts: new Date(0),
      nested: { list: ['a', null, true, new bson.Binary(new Uint8Array([1, 2]))] },
    };
    const doc = bson.serialize(document);
    const transport = start({ dir: scratchFolder() });
    transport.append([{ id: document._id.toHexString(), database: db, collection: 'c', doc }]);
    await transport.close(10_000);
    const [found] = await client.db(db).collection('c').find({}, { raw: true }).toArray();
    expect(Buffer.from(found as unknown as Uint8Array)).toEqual(Buffer.from(doc));
  });

  test('events that are there already count as delivered', async () => {
    const db = database();
    const events = numberedEvents(0, 30, db);
    await client
      .db(db)
      .collection('openai_test')
      .insertMany(events.slice(5, 20).map(({ doc }) => driver7.BSON.deserialize(doc)));
    const transport = start({ dir: scratchFolder() });
    transport.append(events);
    await transport.close(10_000);
    expect(await stored(db)).toEqual(range(0, 30));
    expect(transport.stats()).toMatchObject({ delivered: 30, failures: 0 });
  });

  test('what can never be stored is set aside with its reason, and the rest arrives', async () => {
    const db = database();
    const dir = scratchFolder();
    await client.db(db).collection('openai_test').createIndex({ n: 1 }, { unique: true });
    const event = (doc: Uint8Array): NumberedEvent[] => [{ id: '', database: db, collection: 'openai_test', doc }];
    const transport = start({ dir });
    transport.append(numberedEvents(0, 5, db));
    transport.append(event(bson.serialize({ _id: new bson.ObjectId(), n: 100, large: 'x'.repeat(17 << 20) })));
    transport.append(event(bson.serialize({ _id: new bson.ObjectId(), n: 101, large: 'x'.repeat((16 << 20) - 60) })));
    transport.append(event(Buffer.from('0b000000ff6100', 'hex')));
    transport.append(numberedEvents(3, 8, db));
    await transport.close(30_000);
    expect(await stored(db)).toEqual([...range(0, 8), 101]);
    expect(transport.stats()).toMatchObject({ accepted: 13, delivered: 9, deadLettered: 4, pending: 0, dropped: 0 });
    const [file = ''] = readdirSync(path.join(dir, 'dead-letter'));
    const letters = readFileSync(path.join(dir, 'dead-letter', file), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(letters.map(({ reason }) => reason).sort()).toEqual([
      expect.stringContaining('E11000'),
      expect.stringContaining('E11000'),
      expect.stringMatching(/the document has \d+ bytes/),
      expect.stringContaining('the document is no BSON'),
    ]);
  });

  test('without a folder that can be written events are shipped from memory', async () => {
    const db = database();
    const file = path.join(scratchFolder(), 'file');
    writeFileSync(file, '');
    const [none, unwritable] = [start(), start({ dir: file, retryMs: 5 })];
    none.append(numberedEvents(0, 600, db));
    unwritable.append(numberedEvents(600, 1300, db));
    await Promise.all([none.close(10_000), unwritable.close(10_000)]);
    expect(await stored(db)).toEqual(range(0, 1300));
    expect(unwritable.stats()).toMatchObject({ accepted: 700, delivered: 700, pending: 0, dropped: 0 });
  });

  test('what could not be sent stays in the folder, and the next transport of the process sends it', async () => {
    const dir = scratchFolder();
    const db = database();
    const away = start({ dir, uri: 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100' });
    away.append(numberedEvents(0, 20, db));
    await away.close(2000);
    expect(away.stats()).toMatchObject({ delivered: 0, pending: 20, dropped: 0 });
    expect(await numbersOf(readLog(dir))).toEqual(range(0, 20));
    const back = start({ dir });
    back.append(numberedEvents(20, 21, db));
    await back.close(10_000);
    expect(await stored(db)).toEqual(range(0, 21));
    expect(back.stats()).toMatchObject({ accepted: 21, delivered: 21, pending: 0 });
    expect(ownerFolders(dir)).toEqual([]);
  });
});

test('a missing driver is one line with the command that installs it, and the events stay', async () => {
  const dir = scratchFolder();
  const lines = vi.spyOn(console, 'error').mockImplementation(() => {});
  const driver = (): Promise<Driver> => import('mongodb-that-nobody-installed' as string);
  const transport = mongodbOutlet({ uri: 'mongodb://127.0.0.1:1/', dir, driver });
  transport.append(numberedEvents(0, 3));
  await transport.close(1000);
  expect(await numbersOf(readLog(dir))).toEqual([0, 1, 2]);
  expect(lines.mock.calls.flat()).toEqual([expect.stringMatching(/PAN6401.*npm install mongodb/)]);
  lines.mockRestore();
});

test.each([
  'mongodb://canary-user:canary-secret@127.0.0.1:1/?serverSelectionTimeoutMS=50',
  'mongodb://canary-user:canary/secret@127.0.0.1:1/',
  'mongodb://canary-user:canary#secret@127.0.0.1:1/',
  'mongodb://canary-user:canary?secret@127.0.0.1:1/',
  'mongodb://canary-user:canary@secret@127.0.0.1:1/',
  'mongodb+srv://canary-user:canary-secret@canary.invalid/?serverSelectionTimeoutMS=50',
  'mongodb://127.0.0.1:1/?authMechanism=canary-secret',
  'canary-secret',
])('credentials reach neither stderr nor files nor stats: %s', async (secret) => {
  const dir = scratchFolder();
  const lines = vi.spyOn(console, 'error').mockImplementation(() => {});
  const transport = mongodbOutlet({ uri: secret, dir });
  transport.append(numberedEvents(0, 1));
  await transport.close(3000);
  expect(transport.stats().failures).toBeGreaterThan(0);
  expect(lines).toHaveBeenCalled();
  const files = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1'));
  const seen = [...lines.mock.calls.flat(), ...files, JSON.stringify(transport.stats()), transport.destination].join(
    '\n',
  );
  expect(seen).not.toMatch(/secret|canary(?!\.invalid)/);
  expect(existsSync(dir)).toBe(true);
  lines.mockRestore();
});

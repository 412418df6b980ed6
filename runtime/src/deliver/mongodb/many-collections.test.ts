import * as bson from 'bson';
import * as driver7 from 'mongodb';
import * as driver6 from 'mongodb-6';
import { afterAll, describe, expect, test } from 'vitest';
import { type NumberedEvent, numberedEvents, range } from '../../../../fixtures/tools/log-events.ts';
import { mongoForTests } from '../../../../fixtures/tools/mongodb-test.ts';
import type { Driver } from './client.ts';
import { MongodbTransport } from './transport.ts';

const mongo = await mongoForTests('shipping to many collections of MongoDB');

describe.skipIf(!mongo).each<[string, Driver]>([
  ['driver 7', driver7],
  ['driver 6', driver6 as unknown as Driver],
])('many collections at once, %s', (_, driver) => {
  const uri = mongo?.uri ?? 'mongodb://none/';
  const client = new driver7.MongoClient(uri, { monitorCommands: true });
  afterAll(() => client.close());
  const { signal } = new AbortController();
  const one = (n: number, db: string, name: string): NumberedEvent =>
    numberedEvents(n, n + 1, db, name)[0] as NumberedEvent;

  /** Of every insert: the server says so when it cannot reach the majority, before anybody stops listening. */
  const CONCERN = { ordered: false, w: 'majority', wtimeout: 10_000 };

  /** The driver with clients that note the commands they send. */
  function watched(): { load: () => Promise<Driver>; commands: string[]; concerns: unknown[] } {
    const commands: string[] = [];
    const concerns: unknown[] = [];
    class MongoClient extends driver.MongoClient {
      constructor(url: string, options?: ConstructorParameters<typeof driver.MongoClient>[1]) {
        super(url, { ...options, monitorCommands: true });
        this.on('commandStarted', ({ commandName, command }) => {
          commands.push(commandName);
          if (command.ordered !== undefined) concerns.push({ ordered: command.ordered, ...command.writeConcern });
        });
      }
    }
    return { load: async () => ({ ...driver, MongoClient, BSON: driver.BSON }) as Driver, commands, concerns };
  }

  test('events of sixty collections are one command, each collection gets its indexes once', async () => {
    const db = `panoptic-${mongo?.env()}`;
    const { load, commands, concerns } = watched();
    const transport = new MongodbTransport({ uri, driver: load, indexes: [{ key: { ts: -1 } }] });
    const events = range(0, 180).map((n) => one(n, db, `c${n % 60}`));
    expect(await transport.send(events, signal)).toEqual({ refused: [], alreadyThere: 0 });
    expect(commands.filter((name) => name === 'createIndexes')).toHaveLength(60);
    expect(commands.filter((name) => name === 'bulkWrite' || name === 'insert')).toEqual(['bulkWrite']);
    commands.length = 0;
    // the same events again, as after an answer that was lost
    expect(await transport.send(events, signal)).toEqual({ refused: [], alreadyThere: 180 });
    expect(commands).toEqual(['bulkWrite']);
    expect(concerns).toEqual(Array.from({ length: 2 }, () => CONCERN));
    await transport.close();
    const collections = await client.db(db).listCollections({}, { nameOnly: true }).toArray();
    expect(collections).toHaveLength(60);
    for (const index of [0, 17, 59]) {
      const stored = await client.db(db).collection(`c${index}`).find().sort({ n: 1 }).toArray();
      expect(stored.map(({ n }) => n)).toEqual([index, index + 60, index + 120]);
      expect(await client.db(db).collection(`c${index}`).indexes()).toHaveLength(2);
    }
  });

  test('up to four collections are inserted into side by side', async () => {
    const db = `panoptic-${mongo?.env()}`;
    const { load, commands, concerns } = watched();
    const transport = new MongodbTransport({ uri, driver: load, indexes: [] });
    await transport.send(
      range(0, 40).map((n) => one(n, db, `c${n % 4}`)),
      signal,
    );
    await transport.close();
    expect(commands.filter((name) => name !== 'endSessions')).toEqual(['insert', 'insert', 'insert', 'insert']);
    expect(concerns).toEqual(Array.from({ length: 4 }, () => CONCERN));
  });

  test('what can never be stored is refused by its index, and everything else arrives', async () => {
    const db = `panoptic-${mongo?.env()}`;
    await client.db(db).collection('c3').createIndex({ n: 1 }, { unique: true });
    const frozen = (document: bson.Document, collection: string): NumberedEvent => ({
      id: String(document._id),
      database: db,
      collection,
      doc: bson.serialize(document),
    });
    const large = 'x'.repeat((16 << 20) - 60);
    const events: NumberedEvent[] = [
      ...range(0, 8).map((n) => one(n, db, `c${n}`)),
      /*  8 */ frozen({ _id: new bson.ObjectId(), n: 8, large: `${large}${'x'.repeat(100)}` }, 'c0'),
      /*  9 */ { id: '', database: db, collection: 'c1', doc: Buffer.from('0b000000ff6100', 'hex') },
      /* 10 */ { id: '', database: db, collection: 'c2', doc: bson.serialize({ n: 10 }) },
      /* 11 */ frozen({ _id: new bson.ObjectId(), n: 3 }, 'c3'),
      /* 12 */ frozen({ _id: new bson.ObjectId(), n: 12, large }, 'c4'),
      ...range(13, 20).map((n) => one(n, db, `c${n % 8}`)),
    ];
    const transport = new MongodbTransport({ uri, driver: async () => driver, indexes: [] });
    const { refused = [], alreadyThere } = await transport.send(events, signal);
    await transport.close();
    const reasons = Object.fromEntries(refused.map(({ index, reason }) => [index, reason]));
    expect(reasons).toEqual({
      8: expect.stringContaining('bytes, MongoDB takes 16777216'),
      9: expect.stringContaining('no BSON'),
      10: expect.stringContaining('no _id'),
      11: expect.stringContaining('E11000'),
    });
    // halving sends what was in a command that a single document spoiled; nothing of it is there twice
    expect(alreadyThere).toBe(0);
    const found: number[] = [];
    for (const n of range(0, 8))
      for await (const document of client.db(db).collection(`c${n}`).find()) found.push(document.n);
    expect(found.sort((a, b) => a - b)).toEqual([...range(0, 8), 12, ...range(13, 20)]);
  });

  test('keys with $ and . are stored as they are, or refused by their index', async () => {
    const db = `panoptic-${mongo?.env()}`;
    const keys = ['$set', '$a', 'a.b', 'a.$b', '', '$id', '__proto__', 'constructor'];
    const events = keys.map((key) => {
      const _id = new bson.ObjectId();
      // a computed key, because `__proto__` in a literal is something else
      const metadata = Object.fromEntries([[key, 1]]);
      const top = Object.fromEntries([
        ['_id', _id],
        [key, 2],
      ]);
      return [frozenOf(db, { _id, metadata }), frozenOf(db, { ...top, _id: new bson.ObjectId(), deep: { metadata } })];
    });
    const transport = new MongodbTransport({ uri, driver: async () => driver, indexes: [] });
    const all = events.flat();
    const { refused = [] } = await transport.send(all, signal);
    await transport.close();
    const arrived = await client.db(db).collection('c').find({}, { raw: true }).toArray();
    expect(arrived.length + refused.length).toBe(all.length);
    const bytes = new Set(arrived.map((one) => Buffer.from(one as unknown as Uint8Array).toString('hex')));
    for (const [index, { doc }] of all.entries()) {
      const there = bytes.has(Buffer.from(doc).toString('hex'));
      expect([index, there]).toEqual([index, !refused.some((refusal) => refusal.index === index)]);
    }
  });

  const frozenOf = (database: string, document: bson.Document): NumberedEvent => ({
    id: String(document._id),
    database,
    collection: 'c',
    doc: bson.serialize(document),
  });
});

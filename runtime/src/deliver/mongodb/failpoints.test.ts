import { MongoClient } from 'mongodb';
import * as driver6 from 'mongodb-6';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { deliver } from '../../../../fixtures/tools/deliver.ts';
import { type NumberedEvent, numberedEvents, range } from '../../../../fixtures/tools/log-events.ts';
import { startMongo } from '../../../../fixtures/tools/mongodb.ts';
import { ownServer } from '../../../../fixtures/tools/own-server.ts';
import { saidByCause } from '../../diagnostics/say.ts';
import type { Driver } from './client.ts';
import { MongodbFailure } from './failure.ts';
import { MongodbTransport } from './transport.ts';

const server = await ownServer('failures of a MongoDB server on request', startMongo);
const uri = server?.uri ?? 'mongodb://none/';
const admin = new MongoClient(uri);
afterAll(async () => {
  await admin.close();
  await server?.stop();
});

const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});

/** Fail points meet the clients of this name, and not the one that sets them. */
const APP = 'panoptic-failpoints';
const failCommand = (mode: unknown, data: object): Promise<unknown> =>
  admin.db('admin').command({ configureFailPoint: 'failCommand', mode, data: { appName: APP, ...data } });

const refusal = server === undefined ? 'none' : await failCommand('off', {}).catch((error: Error) => error.message);
const without = typeof refusal === 'string';
if (server && without) console.log(`Not run: failures on request. ${server.name} has no fail points: ${refusal}`);

let databases = 0;
const ownDatabase = (): string => `panoptic-fail-${process.pid}-${databases++}`;

const RETRYABLE = { errorLabels: ['RetryableWriteError'] };
const PLAIN = { errorLabels: [] };

/** What fails, how often in a row, attempts of ours that it costs, events found when the last of them is made, and the code said. */
const FAILURES: (readonly [string, object, number, number, boolean, string?])[] = [
  ['a connection that is closed, once', { closeConnection: true }, 1, 0, false],
  ['a connection that is closed, twice', { closeConnection: true }, 2, 1, false, 'PAN6406'],
  ...[7, 91, 189, 262, 10107, 11600, 11602, 13435].map(
    (errorCode) => [`code ${errorCode}, once, that may be retried`, { errorCode, ...RETRYABLE }, 1, 0, false] as const,
  ),
  ...[91, 10107].map(
    (errorCode) => [`code ${errorCode}, twice, that may be retried`, { errorCode, ...RETRYABLE }, 2, 1, false] as const,
  ),
  ...[189, 9001, 13436].map(
    (errorCode) => [`code ${errorCode} without a word on retries`, { errorCode, ...PLAIN }, 1, 1, false] as const,
  ),
  ['a transaction that is gone', { errorCode: 251, errorLabels: ['TransientTransactionError'] }, 1, 1, false],
  ['a conflict of writes', { errorCode: 112, errorLabels: ['TransientTransactionError'] }, 1, 1, false],
  ['a code nobody knows', { errorCode: 4711, ...PLAIN }, 1, 1, false, 'PAN6402'],
  ['an account that may not write', { errorCode: 13, ...PLAIN }, 1, 1, false, 'PAN6408'],
  ['an account that is unknown', { errorCode: 18, ...PLAIN }, 1, 1, false, 'PAN6407'],
  ['a database whose name differs only in case', { errorCode: 13297, ...PLAIN }, 1, 1, false, 'PAN6411'],
  ['a disk that is full', { errorCode: 14031, ...PLAIN }, 1, 1, false, 'PAN6413'],
  [
    'a majority that is not reached',
    { writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' } },
    1,
    1,
    true,
    'PAN6412',
  ],
  [
    'too few members',
    { writeConcernError: { code: 100, errmsg: 'Not enough data-bearing nodes' } },
    1,
    1,
    true,
    'PAN6412',
  ],
];

describe.skipIf(!server || without).each<[string, () => Promise<Driver>]>([
  ['driver 7', () => import('mongodb')],
  ['driver 6', async () => driver6 as unknown as Driver],
])('%s', (_, driver) => {
  let transport: MongodbTransport;
  const named = `${uri}${uri.includes('?') ? '&' : '?'}appName=${APP}`;
  /** Without indexes, whose making would take most of the time. */
  const start = (options = ''): MongodbTransport =>
    new MongodbTransport({ uri: `${named}${options}`, driver, indexes: [] });
  beforeAll(() => {
    transport = start();
  });
  afterEach(async () => {
    await failCommand('off', {});
    stderr.mockClear();
    saidByCause().clear();
  });
  afterAll(() => transport.close());

  const stored = async (database: string): Promise<number[]> => {
    const numbers: number[] = [];
    for (const { name } of await admin.db(database).listCollections({}, { nameOnly: true }).toArray()) {
      for await (const { n } of admin.db(database).collection(name).find()) numbers.push(n);
    }
    return numbers.sort((a, b) => a - b);
  };

  describe.each([
    ['insertMany', ['insert'], ['openai_test']],
    ['bulkWrite', ['bulkWrite', 'insert'], range(0, 5).map((n) => `provider${n}_test`)],
  ])('%s', (_, failCommands, collections) => {
    /** Ten events in each collection, numbered through; the collections are there and have their indexes. */
    async function prepared(to = transport): Promise<{ database: string; events: NumberedEvent[] }> {
      const database = ownDatabase();
      const events = collections.flatMap((name, index) => numberedEvents(index * 10, index * 10 + 10, database, name));
      await deliver(
        to,
        collections.map((name) => numberedEvents(-1, 0, database, name)[0]).filter((one) => one !== undefined),
      );
      return { database, events };
    }
    const all = [...collections.map(() => -1), ...range(0, collections.length * 10)];

    test.each(FAILURES)('%s, is survived', async (_, failure, times, attempts, found, code) => {
      const { database, events } = await prepared();
      await failCommand({ times }, { failCommands, ...failure });
      const { failures, refused, alreadyThere } = await deliver(transport, events);
      expect(failures.map((error) => error.message)).toHaveLength(attempts);
      for (const error of failures) {
        expect(error).toBeInstanceOf(MongodbFailure);
        if (code) expect(error).toMatchObject({ code });
      }
      expect({ refused, alreadyThere }).toEqual({ refused: [], alreadyThere: found ? events.length : 0 });
      expect(await stored(database)).toEqual(all);
    });

    test('an answer beyond the time-out of the socket, is survived', async () => {
      const impatient = start('&socketTimeoutMS=300');
      const { database, events } = await prepared(impatient);
      await failCommand({ times: 2 }, { failCommands, blockConnection: true, blockTimeMS: 1500 });
      const { failures } = await deliver(impatient, events);
      expect(failures.map(({ code }) => code)).toContain('PAN6406');
      await expect.poll(() => stored(database), { timeout: 20_000 }).toEqual(all);
      await impatient.close();
    });

    test('an answer beyond the time for the attempt, is survived', async () => {
      const { database, events } = await prepared();
      await failCommand({ times: 1 }, { failCommands, blockConnection: true, blockTimeMS: 2500 });
      const { failures } = await deliver(transport, events, 500);
      expect(failures.length).toBeGreaterThan(0);
      expect(failures[0]).toMatchObject({
        code: 'PAN6406',
        message: expect.stringContaining('did not answer in time'),
      });
      await expect.poll(() => stored(database), { timeout: 20_000 }).toEqual(all);
    });
  });

  test.each([67, 13])(
    'indexes that cannot be made (code %i) are said once, and events are written all the same',
    async (errorCode) => {
      const database = ownDatabase();
      await failCommand('alwaysOn', { failCommands: ['createIndexes'], errorCode, errorLabels: [] });
      const indexing = new MongodbTransport({ uri: named, driver });
      const { failures } = await deliver(indexing, numberedEvents(0, 3, database));
      await indexing.close();
      expect(failures).toEqual([]);
      expect(await stored(database)).toEqual(range(0, 3));
      expect(stderr.mock.calls.flat()).toEqual([
        expect.stringMatching(/PAN6404: The indexes of \S+openai_test could not be made/),
      ]);
    },
  );

  test('indexes nobody has answered for are asked for again', async () => {
    const database = ownDatabase();
    await failCommand({ times: 1 }, { failCommands: ['createIndexes'], errorCode: 91, errorLabels: [] });
    const indexing = new MongodbTransport({ uri: named, driver });
    await deliver(indexing, numberedEvents(0, 1, database));
    await deliver(indexing, numberedEvents(1, 2, database));
    await indexing.close();
    const indexes = await admin.db(database).collection('openai_test').indexes();
    expect(indexes).toHaveLength(6);
    expect(stderr).not.toHaveBeenCalled();
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MongoClient } from 'mongodb';
import * as driver6 from 'mongodb-6';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { CANARY, expectNoCanary, withCanary } from '../../../../fixtures/tools/canary.ts';
import { numberedEvents, range, scratchFolder } from '../../../../fixtures/tools/log-events.ts';
import { ownServer } from '../../../../fixtures/tools/own-server.ts';
import { startSecantus } from '../../../../fixtures/tools/secantusdb.ts';
import { saidByCause } from '../../diagnostics/say.ts';
import type { Driver } from './client.ts';
import { mongodbOutlet } from './outlet.ts';
import { MongodbTransport } from './transport.ts';

const ROOT = 'root-of-the-test';
const storage = mkdtempSync(path.join(tmpdir(), 'panoptic-accounts-'));

/** A server that asks for accounts, with one that may do everything. */
const server = await ownServer('accounts of MongoDB (SCRAM)', async () => {
  const open = await startSecantus({ storage });
  const client = new MongoClient(open.uri);
  await client.db('admin').command({ createUser: 'root', pwd: ROOT, roles: ['root'] });
  await client.close();
  await open.stop();
  return startSecantus({ storage, args: ['--auth'] });
});
const uri = server?.uri ?? 'mongodb://none/';
const admin = new MongoClient(uri.replace('://', `://root:${ROOT}@`));
const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});

afterEach(() => {
  stderr.mockClear();
  saidByCause().clear();
});
afterAll(async () => {
  await admin.close();
  await server?.stop();
  rmSync(storage, { recursive: true, force: true });
});

describe.skipIf(!server).each<[string, () => Promise<Driver>]>([
  ['driver 7', () => import('mongodb')],
  ['driver 6', async () => driver6 as unknown as Driver],
])('accounts, %s', (name, driver) => {
  const database = `panoptic-${name.replace(' ', '-')}`;
  const user = async (pwd: string, roles: object[]): Promise<void> => {
    await admin
      .db('admin')
      .command({ dropUser: 'ann' })
      .catch(() => undefined);
    await admin.db('admin').command({ createUser: 'ann', pwd, roles });
  };
  const stored = async (collection: string): Promise<number[]> =>
    (await admin.db(database).collection(collection).find().sort({ n: 1 }).toArray()).map(({ n }) => n);

  test('a wrong password is one line with what to do, and changing it on the server heals', async () => {
    await user('another password', [{ role: 'readWrite', db: database }]);
    const dir = scratchFolder();
    const outlet = mongodbOutlet({ uri: withCanary(uri), driver, dir });
    outlet.append(numberedEvents(0, 50, database, 'healed'));
    await outlet.flush(5_000);
    expect(outlet.stats()).toMatchObject({ delivered: 0, pending: 50, dropped: 0 });
    expect(stderr.mock.calls.flat()).toEqual([
      expect.stringMatching(/^Panoptic PAN6407: \S+ refuses the account: .*\. Check user, password, authSource/),
    ]);
    expectNoCanary(dir, outlet.stats(), stderr.mock.calls);
    await admin.db('admin').command({ updateUser: 'ann', pwd: CANARY });
    outlet.append(numberedEvents(50, 60, database, 'healed'));
    await expect.poll(() => outlet.flush(2_000).then(() => outlet.stats().pending), { timeout: 50_000 }).toBe(0);
    expect(await stored('healed')).toEqual(range(0, 60));
    await outlet.close(5_000);
    expectNoCanary(dir, outlet.stats(), stderr.mock.calls);
  });

  test('an account that may not write is told so, and heals with the role', async () => {
    await user(CANARY, [{ role: 'read', db: database }]);
    const transport = new MongodbTransport({ uri: withCanary(uri), driver });
    const events = numberedEvents(0, 5, database, 'granted');
    const failure = await transport.send(events, AbortSignal.timeout(20_000)).catch((error: Error) => error);
    expect(failure).toMatchObject({ code: 'PAN6408', message: expect.stringContaining('role readWrite') });
    await admin.db('admin').command({ grantRolesToUser: 'ann', roles: [{ role: 'readWrite', db: database }] });
    await transport.close();
    await transport.send(events, AbortSignal.timeout(20_000));
    expect(await stored('granted')).toEqual(range(0, 5));
    await transport.close();
    expectNoCanary(undefined, failure, ...stderr.mock.calls.flat());
  });

  test('no account at all is told to have one, not a role', async () => {
    const transport = new MongodbTransport({ uri, driver });
    const failure = await transport.send(numberedEvents(0, 1, database), AbortSignal.timeout(20_000)).catch((it) => it);
    expect(failure).toMatchObject({ code: 'PAN6407', message: expect.stringContaining('Put user and password') });
    await transport.close();
  });

  test.each([
    ['an unknown account', (it: string) => it.replace('://', `://nobody:${CANARY}@`)],
    ['another source of accounts', (it: string) => `${withCanary(it)}?authSource=elsewhere`],
    ['a mechanism that is not there', (it: string) => `${withCanary(it)}?authMechanism=PLAIN&authSource=$external`],
    ['a mechanism nobody knows', (it: string) => `${withCanary(it)}?authMechanism=${CANARY}`],
  ])('%s: one coded line without the password', async (_, change) => {
    await user(CANARY, [{ role: 'readWrite', db: database }]);
    const transport = new MongodbTransport({ uri: change(uri), driver });
    const failure = await transport.send(numberedEvents(0, 1, database), AbortSignal.timeout(20_000)).catch((it) => it);
    expect(failure).toMatchObject({ code: expect.stringMatching(/^PAN64(?:07|08|10)$/) });
    transport.sayFailure(failure, 'They wait.');
    expect(stderr.mock.calls.flat().filter((line) => /PAN64(?:07|08|10)/.test(line))).toHaveLength(1);
    expectNoCanary(undefined, failure, ...stderr.mock.calls.flat());
    await transport.close();
  });
});

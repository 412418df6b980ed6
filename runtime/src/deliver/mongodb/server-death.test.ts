import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MongoClient } from 'mongodb';
import * as driver6 from 'mongodb-6';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { CANARY, expectNoCanary, withCanary } from '../../../../fixtures/tools/canary.ts';
import { range, scratchFolder } from '../../../../fixtures/tools/log-events.ts';
import { ownServer } from '../../../../fixtures/tools/own-server.ts';
import { type Secantus, startSecantus } from '../../../../fixtures/tools/secantusdb.ts';
import { underLoad } from '../../../../fixtures/tools/under-load.ts';
import type { Driver } from './client.ts';
import { mongodbOutlet } from './outlet.ts';

const storage = mkdtempSync(path.join(tmpdir(), 'panoptic-server-'));
const DATABASE = 'panoptic-death';

/** A server with accounts, so that a password goes over the wire at every reconnection. */
let server: Secantus | undefined = await ownServer('the death and the elections of a MongoDB server', async () => {
  const open = await startSecantus({ storage });
  const client = new MongoClient(open.uri);
  await client.db('admin').command({ createUser: 'ann', pwd: CANARY, roles: ['root'] });
  await client.close();
  await open.stop();
  return startSecantus({ storage, args: ['--auth'] });
});
const port = server?.port ?? 0;
const uri = withCanary(server?.uri ?? 'mongodb://none/');
// it has to see the server that is no primary
const client = new MongoClient(`${uri}?directConnection=true`);
const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
afterAll(async () => {
  await client.close();
  await server?.stop();
  rmSync(storage, { recursive: true, force: true });
});

describe.skipIf(!server).each<[string, () => Promise<Driver>]>([
  ['driver 7', () => import('mongodb')],
  ['driver 6', async () => driver6 as unknown as Driver],
])('a server under load, %s', (name, driver) => {
  const collections = [`one-${name}`, `two-${name}`];
  const stored = async (): Promise<number[]> => {
    const numbers: number[] = [];
    for (const collection of collections)
      for await (const { n } of client.db(DATABASE).collection(collection).find()) numbers.push(n);
    return numbers.sort((a, b) => a - b);
  };
  /** Does harm to the server under load; then everything has to be there, once. */
  async function survives(harm: (appended: () => number) => Promise<void>): Promise<void> {
    for (const collection of collections) await client.db(DATABASE).collection(collection).deleteMany({});
    const dir = scratchFolder();
    const to = `${uri}?serverSelectionTimeoutMS=1000`;
    const outlet = mongodbOutlet({ uri: to, driver, dir, segmentBytes: 50_000, resilience: 'fast' });
    const appended = await underLoad(outlet, DATABASE, collections, harm);
    await expect.poll(() => outlet.flush(2_000).then(() => outlet.stats().pending), { timeout: 50_000 }).toBe(0);
    expect(await stored()).toEqual(range(0, appended));
    expect(outlet.stats()).toMatchObject({ accepted: appended, delivered: appended, dropped: 0, deadLettered: 0 });
    await outlet.close(5_000);
    expectNoCanary(dir, outlet.stats(), ...stderr.mock.calls.flat());
  }

  test('kill -9 and a restart on the same folder, twice: nothing is lost, nothing doubled', async () => {
    await survives(async (appended) => {
      for (let round = 1; round <= 2; round++) {
        const enough = appended() + 500;
        await expect.poll(appended, { timeout: 20_000 }).toBeGreaterThan(enough);
        await expect
          .poll(
            () =>
              client
                .db(DATABASE)
                .collection(collections[0] ?? '')
                .countDocuments(),
            { timeout: 20_000 },
          )
          .toBeGreaterThan(round * 100);
        await server?.kill();
        server = await startSecantus({ storage, port, args: ['--auth'] });
      }
    });
  });

  test('step-downs under load: nothing is lost, nothing doubled', async () => {
    await survives(async (appended) => {
      for (let round = 0; round < 2; round++) {
        const enough = appended() + 300;
        await expect.poll(appended, { timeout: 20_000 }).toBeGreaterThan(enough);
        await client
          .db('admin')
          .command({ replSetStepDown: 1, force: true })
          .catch(() => undefined);
        await expect
          .poll(() => client.db('admin').command({ hello: 1 }), { timeout: 20_000 })
          .toMatchObject({ isWritablePrimary: true });
      }
    });
  });
});

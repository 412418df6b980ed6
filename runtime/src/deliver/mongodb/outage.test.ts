import { MongoClient } from 'mongodb';
import * as driver6 from 'mongodb-6';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FlakyProxy, flakyProxy } from '../../../../fixtures/tools/flaky-proxy.ts';
import { numberedEvents, range, scratchFolder } from '../../../../fixtures/tools/log-events.ts';
import { mongoForTests } from '../../../../fixtures/tools/mongodb-test.ts';
import type { Driver } from './client.ts';
import { mongodbOutlet } from './outlet.ts';

const mongo = await mongoForTests('shipping to MongoDB through a bad network');

describe.skipIf(!mongo).each<[string, () => Promise<Driver>]>([
  ['driver 7', () => import('mongodb')],
  ['driver 6', async () => driver6 as unknown as Driver],
])('a bad network, %s', (_, driver) => {
  const client = new MongoClient(mongo?.uri ?? 'mongodb://none/');
  let proxy: FlakyProxy;
  beforeAll(async () => {
    await client.connect();
    proxy = await flakyProxy(mongo?.uri ?? 'mongodb://none/');
  });
  afterAll(async () => {
    proxy.close();
    await client.close();
  });

  const numbers = async (database: string): Promise<number[]> => {
    const events = client.db(database).collection('openai_test').find().sort({ n: 1 });
    return (await events.toArray()).map(({ n }) => n);
  };

  test.each(['with a folder', 'in memory'])(
    'a server that is away loses nothing and doubles nothing, %s',
    async (place) => {
      const database = `panoptic-${mongo?.env()}`;
      const folder = place === 'in memory' ? {} : { dir: scratchFolder() };
      const transport = mongodbOutlet({ uri: `${proxy.uri}&serverSelectionTimeoutMS=1000`, driver, ...folder });
      proxy.set('open');
      transport.append(numberedEvents(0, 100, database));
      await transport.flush(10_000);
      proxy.set('closed');
      transport.append(numberedEvents(100, 800, database));
      await transport.flush(2_000);
      expect(transport.stats()).toMatchObject({ delivered: 100, pending: 700, dropped: 0 });
      expect(transport.stats().failures).toBeGreaterThan(0);
      proxy.set('open');
      transport.append(numberedEvents(800, 900, database));
      await expect.poll(() => transport.stats().pending, { timeout: 40_000 }).toBe(0);
      expect(await numbers(database)).toEqual(range(0, 900));
      await transport.close(1_000);
    },
  );

  test('an insert whose answer is lost is not done twice', async () => {
    const database = `panoptic-${mongo?.env()}`;
    const transport = mongodbOutlet({
      uri: `${proxy.uri}&serverSelectionTimeoutMS=1000`,
      driver,
      dir: scratchFolder(),
    });
    proxy.set('open');
    transport.append(numberedEvents(0, 10, database));
    await transport.flush(10_000);
    proxy.set('mute');
    transport.append(numberedEvents(10, 100, database));
    await transport.flush(2_000);
    expect(transport.stats()).toMatchObject({ delivered: 10, pending: 90 });
    // the server has taken what nobody has heard of
    await expect.poll(() => numbers(database), { timeout: 20_000 }).toEqual(range(0, 100));
    proxy.set('open');
    // on a busy machine the first attempts may time out as well
    await expect
      .poll(() => transport.flush(1_000).then(() => transport.stats()), { timeout: 40_000 })
      .toMatchObject({
        delivered: 100,
        pending: 0,
      });
    expect(await numbers(database)).toEqual(range(0, 100));
    await transport.close(1_000);
  });
});

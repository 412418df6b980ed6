import { MongoClient } from 'mongodb';
import { afterAll, describe, expect, test } from 'vitest';
import { range } from '../../../fixtures/tools/log-events.ts';
import { mongoForTests } from '../../../fixtures/tools/mongodb-test.ts';
import { frozenEvent, sampleEvent } from '../../../fixtures/tools/sample-events.ts';
import { MongodbTransport } from '../deliver/mongodb/transport.ts';
import { createRouter } from '../event/router.ts';
import { mongoStore } from './mongo-store.ts';

const mongo = await mongoForTests('reading events under every routing');

describe.skipIf(!mongo)('events are found however they were routed', () => {
  const uri = mongo?.uri ?? 'mongodb://none/';
  const client = new MongoClient(uri);
  afterAll(() => client.close());

  const PROVIDERS = ['OpenAI', 'Google Cloud (GCP)', '日本', 'events', 'System'];
  const USERNAMES = ['ann', 'John Doe', 'john-doe', '中国', 'x'.repeat(300)];

  test.each([
    ['one collection a pair', 500, 'provider', 20],
    ['more pairs than collections', 7, 'provider', 10],
    ['a single collection', 500, 'single', 1],
  ] as const)('%s', async (_, maxCollections, routing, collections) => {
    const env = mongo?.env() ?? '';
    const router = createRouter(env, 'default', maxCollections, routing);
    const events = PROVIDERS.flatMap((provider) =>
      USERNAMES.flatMap((username) =>
        range(0, 3).map(() => ({
          ...frozenEvent(sampleEvent({ env, provider, username, amount: '0.1', currency: 'USD' })),
          ...router.place(provider, username),
        })),
      ),
    );
    const transport = new MongodbTransport({ uri });
    await transport.send(events, new AbortController().signal);
    await transport.close();

    const names = await client.db(`panoptic-${env}`).listCollections({}, { nameOnly: true }).toArray();
    expect(names).toHaveLength(collections);
    const store = await mongoStore(uri, env);
    try {
      expect(await store.notices()).toEqual([]);
      const byProvider = await store.query({ groupBy: ['provider'], measures: ['calls', 'amount'] });
      expect(byProvider.rows).toHaveLength(5);
      for (const row of byProvider.rows) expect(row).toMatchObject({ calls: 15, amount: { USD: '1.5' } });
      // two names that give one collection are still told apart
      const john = await store.query({ filter: { username: ['John Doe'] }, measures: ['calls'] });
      expect(john.rows).toEqual([{ key: {}, calls: 15 }]);
      expect(await store.latest(100)).toHaveLength(75);
    } finally {
      await store.close();
    }
  });

  test('a stage that is called after its database is found, and nothing of another that shares it', async () => {
    const env = mongo?.env() ?? '';
    const [long, short] = [`panoptic-${env}`, env];
    const place = createRouter(long, 'default', 500).place('OpenAI');
    expect(place.database).toBe(long);
    const transport = new MongodbTransport({ uri });
    await transport.send([{ ...frozenEvent(sampleEvent({ env: long })), ...place }], new AbortController().signal);
    await transport.close();
    const [named, other] = [await mongoStore(uri, long), await mongoStore(uri, short)];
    try {
      expect([await named.notices(), await named.latest(10)]).toEqual([[], [expect.objectContaining({ env: long })]]);
      expect(await other.latest(10)).toEqual([]);
      expect(await other.notices()).toEqual([expect.stringContaining(`There are events for: ${long}`)]);
    } finally {
      await Promise.all([named.close(), other.close()]);
    }
  });
});

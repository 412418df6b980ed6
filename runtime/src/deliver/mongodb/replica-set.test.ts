import { MongoClient } from 'mongodb';
import { MongoMemoryReplSet } from 'mongodb-memory-server-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { range, scratchFolder } from '../../../../fixtures/tools/log-events.ts';
import { mongodOnPath } from '../../../../fixtures/tools/mongodb.ts';
import { underLoad } from '../../../../fixtures/tools/under-load.ts';
import { mongodbOutlet } from './outlet.ts';

const systemBinary = mongodOnPath();
if (!systemBinary) {
  console.log('Not run: a replica set of three members. MongoDB itself (mongod) is not on the path.');
}

const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
const DATABASE = 'panoptic-replica-set';

describe.skipIf(!systemBinary)('where mongod is installed: a replica set under load', { timeout: 240_000 }, () => {
  let set: MongoMemoryReplSet;
  let client: MongoClient;
  beforeAll(async () => {
    if (!systemBinary) return;
    set = await MongoMemoryReplSet.create({
      binary: { systemBinary },
      replSet: { count: 3, storageEngine: 'wiredTiger' },
    });
    client = new MongoClient(set.getUri());
  });
  afterAll(async () => {
    signal(set?.servers ?? [], 'SIGCONT');
    await client?.close();
    await set?.stop();
  });

  type Member = MongoMemoryReplSet['servers'][number];
  const pidOf = (member: Member): number | undefined => member.instanceInfo?.instance.mongodProcess?.pid;
  function signal(members: readonly Member[], name: NodeJS.Signals): void {
    for (const member of members) {
      const pid = pidOf(member);
      if (pid) process.kill(pid, name);
    }
  }
  /** Ports of the members that are not the primary. */
  async function secondaries(): Promise<Member[]> {
    const { primary } = await client.db('admin').command({ hello: 1 });
    return set.servers.filter((member) => !String(primary).endsWith(`:${member.instanceInfo?.port}`));
  }

  async function survives(
    name: string,
    harm: (appended: () => number, delivered: () => number) => Promise<void>,
  ): Promise<void> {
    const collections = [`one_${name}`, `two_${name}`];
    const outlet = mongodbOutlet({ uri: set.getUri(), dir: scratchFolder(), resilience: 'fast', maxWaitTimeMs: 100 });
    const appended = await underLoad(outlet, DATABASE, collections, (count) =>
      harm(count, () => outlet.stats().delivered),
    );
    await expect.poll(() => outlet.flush(2_000).then(() => outlet.stats().pending), { timeout: 120_000 }).toBe(0);
    const stored: number[] = [];
    for (const collection of collections) {
      const read = client.db(DATABASE).collection(collection, { readConcern: { level: 'majority' } });
      for await (const { n } of read.find()) stored.push(n);
    }
    expect(stored.sort((a, b) => a - b)).toEqual(range(0, appended));
    expect(outlet.stats()).toMatchObject({ accepted: appended, delivered: appended, dropped: 0, deadLettered: 0 });
    await outlet.close(5_000);
  }
  const more = (count: () => number, by: number): Promise<void> => {
    const enough = count() + by;
    return expect.poll(count, { timeout: 60_000 }).toBeGreaterThan(enough);
  };

  test('elections lose nothing and double nothing', async () => {
    await survives('elections', async (appended, delivered) => {
      for (let round = 0; round < 3; round++) {
        await more(appended, 300);
        // the primary closes its connections while it steps down
        await client
          .db('admin')
          .command({ replSetStepDown: 20, secondaryCatchUpPeriodSecs: 10, force: true })
          .catch(() => undefined);
        await more(delivered, 100);
      }
    });
  });

  test('while the majority is away nothing counts as delivered, and everything arrives once when it is back', async () => {
    await survives('majority', async (appended, delivered) => {
      await more(delivered, 300);
      const asleep = await secondaries();
      expect(asleep).toHaveLength(2);
      signal(asleep, 'SIGSTOP');
      try {
        // what was on its way may still be answered; after that nothing is
        await expect.poll(() => stderr.mock.calls.flat().join('\n'), { timeout: 60_000 }).toMatch(/PAN64(?:12|06|02)/);
        const before = delivered();
        await more(appended, 500);
        expect(delivered()).toBe(before);
      } finally {
        signal(asleep, 'SIGCONT');
      }
      await more(delivered, 300);
    });
  });
});

import * as driver7 from 'mongodb';
import * as driver6 from 'mongodb-6';
import { describe, expect, onTestFinished, test } from 'vitest';
import { deliver } from '../../../../fixtures/tools/deliver.ts';
import { numberedEvents, range } from '../../../../fixtures/tools/log-events.ts';
import { WireServer } from '../../../../fixtures/tools/wire-server.ts';
import type { Driver } from './client.ts';
import { MongodbTransport } from './transport.ts';

/** Answers that no server gives on demand, to each of the commands. */
describe.each<[string, Driver]>([
  ['driver 7', driver7],
  ['driver 6', driver6 as unknown as Driver],
])('answers to inserts, %s', (_, driver) => {
  async function start(bulkWrite: boolean): Promise<{ server: WireServer; transport: MongodbTransport }> {
    const server = await WireServer.start({ keep: 'store', bulkWrite });
    const transport = new MongodbTransport({ uri: server.uri, driver: async () => driver });
    onTestFinished(async () => {
      await transport.close();
      await server.down();
    });
    return { server, transport };
  }
  const events = (collections: number) =>
    range(0, collections).flatMap((index) => numberedEvents(index * 4, index * 4 + 4, 'panoptic-wire', `c${index}`));

  test.each([
    ['insertMany', 1, 1],
    ['bulkWrite', 6, 1],
  ])('%s: an answer that leaves events out is none, and they are sent again', async (_, collections, attempts) => {
    const { server, transport } = await start(true);
    server.script.push('short');
    const sent = events(collections);
    const { failures, alreadyThere } = await deliver(transport, sent);
    expect(failures.map(({ message }) => message)).toEqual(
      Array.from({ length: attempts }, () =>
        expect.stringMatching(`of ${sent.length} events it answered for ${sent.length / 2}`),
      ),
    );
    expect(alreadyThere).toBe(sent.length / 2);
    expect(server.store.size).toBe(sent.length);
  });

  test.each([
    ['insertMany', 1],
    ['bulkWrite', 6],
  ])('%s: single events refused for a while are never given up', async (_, collections) => {
    const { server, transport } = await start(true);
    server.script.push(...Array.from({ length: 12 }, () => 'partial' as const));
    const sent = events(collections);
    const { failures, refused } = await deliver(transport, sent);
    expect(failures).toHaveLength(12);
    expect(refused).toEqual([]);
    expect(server.store.size).toBe(sent.length);
  });

  test.each(
    [1, 8, 20, 16500].flatMap((code) => [
      ['insertMany', 1, code],
      ['bulkWrite', 6, code],
    ]) as [string, number, number][],
  )(
    '%s (%i collections): an event refused with code %i, which tells nothing of it, is never given up',
    async (_, collections, code) => {
      const { server, transport } = await start(true);
      const sent = events(collections);
      const refused = sent[2]?.id ?? '';
      server.store.refusing.set(refused, code);
      for (let attempt = 0; attempt < 12; attempt++) {
        await expect(transport.send(sent)).rejects.toMatchObject({
          code: 'PAN6402',
          message: expect.stringContaining(`refused with ${code}`),
        });
        // the others are not held up by it
        expect(server.store.size).toBe(sent.length - 1);
      }
      server.store.refusing.clear();
      expect(await transport.send(sent)).toEqual({ refused: [], alreadyThere: sent.length - 1 });
      expect(server.store.size).toBe(sent.length);
    },
  );

  test.each([
    ['insertMany', 1],
    ['bulkWrite', 6],
  ])('%s: a database whose name exists in other case is told as that, and the events wait', async (_, collections) => {
    const { server, transport } = await start(true);
    const sent = events(collections);
    for (const { id } of sent) server.store.refusing.set(id, 13297);
    for (let attempt = 0; attempt < 6; attempt++) {
      await expect(transport.send(sent)).rejects.toMatchObject({
        code: 'PAN6411',
        message: expect.stringMatching(/has a database whose name differs only in case: .* Choose another env/),
      });
    }
    server.store.refusing.clear();
    expect(await transport.send(sent)).toEqual({ refused: [], alreadyThere: 0 });
  });

  test.each([
    ['insertMany', 1],
    ['bulkWrite', 6],
  ])('%s: events that are there already are not delivered before the majority has them', async (_, collections) => {
    const { server, transport } = await start(true);
    server.script.push('write-concern-error', 'write-concern-error', 'write-concern-error');
    const sent = events(collections);
    const { failures, alreadyThere } = await deliver(transport, sent);
    expect(failures).toEqual(Array.from({ length: 3 }, () => expect.objectContaining({ code: 'PAN6412' })));
    expect(alreadyThere).toBe(sent.length);
  });

  test('a server older than 8.0 gets an insert for each collection', async () => {
    const { server, transport } = await start(false);
    const { failures } = await deliver(transport, events(30));
    expect(failures).toEqual([]);
    expect(server.counts.writes).toBe(30);
    expect(server.store.size).toBe(120);
  });
});

import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MongoClient, ObjectId } from 'mongodb';
import * as driver6 from 'mongodb-6';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FlakyProxy, flakyProxy } from '../../../../fixtures/tools/flaky-proxy.ts';
import { type HttpSink, httpSink } from '../../../../fixtures/tools/http-sink.ts';
import { mongoForTests } from '../../../../fixtures/tools/mongodb-test.ts';
import { scratch } from '../../../../fixtures/tools/scratch.ts';
import type { BillingEvent } from '../../event/billing-event.ts';
import { type fromJson, toJson } from '../../event/json.ts';
import { readLog } from '../../log/reader.ts';
import { logTransport } from '../../log/transport.ts';
import { toBillingEvent } from '../billing-event.ts';
import { consoleTransport } from '../console.ts';
import { httpTransport } from '../http/transport.ts';
import { memoryTransport } from '../memory.ts';
import type { Driver } from '../mongodb/client.ts';
import { MongodbTransport } from '../mongodb/transport.ts';
import type { LineStream } from '../print.ts';
import type { Transport } from '../transport.ts';
import { freezeEvent, makeEvent } from './events.ts';
import type { ConformanceOptions } from './options.ts';
import { transportConformance } from './suite.ts';

const conforms = (options: ConformanceOptions): void => {
  for (const { name, run } of transportConformance(options)) test(name, run);
};

const PLACE = { database: 'd', collection: 'c' };
const garbage = (): ReturnType<typeof freezeEvent> => ({
  ...freezeEvent(makeEvent(), PLACE),
  doc: Buffer.from('0b000000ff6100', 'hex'),
});

describe('memory', () => {
  const transport = memoryTransport();
  conforms({ create: () => transport, stored: () => transport.events.map(toBillingEvent) });
});

describe('console', () => {
  let out = '';
  let closed = false;
  const stream: LineStream = {
    write: (text, written) => {
      if (!closed) out += text;
      setImmediate(written, closed ? new Error('EPIPE') : undefined);
    },
    on: () => undefined,
    off: () => undefined,
  };
  conforms({
    create: () => consoleTransport({ stream }),
    stored: () =>
      out
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as BillingEvent),
    tellsRepetitions: false,
    refused: garbage,
    async away() {
      closed = true;
      return () => {
        closed = false;
      };
    },
  });
});

describe('log', () => {
  const root = scratch();
  const dir = path.join(root, 'volume', '.panoptic');
  conforms({
    create: () => logTransport({ dir, segmentBytes: 100_000 }),
    async stored() {
      const events: BillingEvent[] = [];
      for await (const record of readLog(dir)) events.push(toBillingEvent(record));
      return events;
    },
    tellsRepetitions: false,
    async away() {
      const [volume, aside] = [path.dirname(dir), path.join(root, 'aside')];
      mkdirSync(volume, { recursive: true });
      renameSync(volume, aside);
      writeFileSync(volume, 'no folder');
      return () => {
        rmSync(volume);
        renameSync(aside, volume);
      };
    },
  });
});

describe.each(['ndjson', 'json'] as const)('http, %s', (format) => {
  let sink: HttpSink;
  beforeAll(async () => {
    sink = await httpSink();
    sink.script(({ events }) => (events.some(({ service }) => service === 'poison') ? { status: 422 } : undefined));
  });
  afterAll(() => sink.close());
  conforms({
    create: () =>
      httpTransport({
        url: sink.url.replace('http://', 'http://user:canary-1@'),
        headers: { 'x-key': 'canary-2' },
        compressionEnabled: format === 'json',
        format,
      }),
    stored: () => sink.stored() as readonly unknown[] as BillingEvent[],
    refused: () => freezeEvent(makeEvent({ service: 'poison' }), PLACE),
    secrets: ['canary-1', 'canary-2', Buffer.from('user:canary-1').toString('base64')],
    async away() {
      await sink.down();
      return () => sink.up();
    },
    async mute() {
      sink.script(() => 'silence');
      return () => sink.script(() => undefined);
    },
  });
});

const mongo = await mongoForTests('conformance of the MongoDB transport');

describe.skipIf(!mongo).each<[string, () => Promise<Driver>]>([
  ['driver 7', () => import('mongodb')],
  ['driver 6', async () => driver6 as unknown as Driver],
])('mongodb, %s', (_, driver) => {
  const place = { database: `panoptic-${mongo?.env()}`, collection: 'openai_test' };
  const client = new MongoClient(mongo?.uri ?? 'mongodb://none/');
  let proxy: FlakyProxy;
  beforeAll(async () => {
    await client.connect();
    proxy = await flakyProxy(mongo?.uri ?? '');
  });
  afterAll(async () => {
    proxy.close();
    await client.close();
  });
  conforms({
    create: (): Transport =>
      new MongodbTransport({ uri: `${proxy.uri}&serverSelectionTimeoutMS=500&appName=canary`, driver }),
    async stored(ids) {
      const _id = { $in: ids.map((id) => new ObjectId(id)) };
      const documents = client.db(place.database).collection(place.collection).find({ _id });
      return (await documents.toArray()).map((document) => toJson(document as unknown as ReturnType<typeof fromJson>));
    },
    refused: garbage,
    secrets: ['canary'],
    place,
    async away() {
      proxy.set('closed');
      return () => proxy.set('open');
    },
  });
});

describe('what the suite finds', () => {
  const events = new Map<string, BillingEvent>();
  const store = (all: readonly BillingEvent[]): void => {
    for (const event of all) events.set(event._id, event);
  };
  const good: Transport = {
    version: 1,
    name: 'planted',
    destination: 'here',
    async send(batch, signal) {
      signal.throwIfAborted();
      store(batch.map(toBillingEvent));
      return {};
    },
  };
  const failures = async (
    planted: Partial<Transport>,
    options: Partial<ConformanceOptions> = {},
  ): Promise<string[]> => {
    const create = (): Transport => ({ ...good, ...planted });
    const failed: string[] = [];
    const cases = transportConformance({ create, stored: () => [...events.values()], ...options });
    for (const { name, run } of cases) await run().catch(() => failed.push(name));
    return failed;
  };

  test.each<[string, Partial<Transport>, Partial<ConformanceOptions>, string[]]>([
    ['nothing in a good one', {}, {}, []],
    [
      'an acknowledgement that comes before the events',
      {
        send: async (batch) => {
          setTimeout(() => store(batch.map(toBillingEvent)), 50);
          return {};
        },
      },
      {},
      ['acknowledges events that are there', 'keeps every value as it was'],
    ],
    [
      'a credential',
      { destination: 'http://user:secret@here' },
      { secrets: ['secret'] },
      ['says what it is, without credentials'],
    ],
    [
      'a value that has changed',
      {
        send: async (batch) => {
          store(batch.map((event) => ({ ...toBillingEvent(event), quantity: 1 })));
          return {};
        },
      },
      {},
      ['takes 2000 events at once', 'keeps every value as it was'],
    ],
    [
      'a repetition taken for a refusal',
      {
        send: async (batch) => {
          const refused = batch.flatMap(({ id }, index) => (events.has(id) ? [{ index, reason: 'there' }] : []));
          store(batch.map(toBillingEvent));
          return { refused };
        },
      },
      {},
      ['holds an event once that was sent twice'],
    ],
    [
      'an outage that is acknowledged',
      {},
      { away: async () => () => undefined },
      ['rejects while the destination is away, and delivers afterwards'],
    ],
    [
      'a refusal that is not named',
      { send: async () => ({}) },
      { refused: garbage },
      ['names what will never be taken, by its place, and takes the rest'],
    ],
  ])('%s', async (_, planted, options, expected) => {
    expect(await failures(planted, options)).toEqual(expect.arrayContaining(expected));
    if (expected.length === 0) expect(await failures(planted, options)).toEqual([]);
  });
});

import * as zlib from 'node:zlib';
import * as driver7 from 'mongodb';
import * as driver6 from 'mongodb-6';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { CANARY, expectNoCanary, withCanary } from '../../../../fixtures/tools/canary.ts';
import { numberedEvents } from '../../../../fixtures/tools/log-events.ts';
import { mongoForTests } from '../../../../fixtures/tools/mongodb-test.ts';
import { saidByCause } from '../../diagnostics/say.ts';
import type { Driver } from './client.ts';
import { compressorsAtHand, splitCompressors } from './compressors.ts';
import { MongodbTransport, type MongodbTransportOptions } from './transport.ts';

const mongo = await mongoForTests('compression towards MongoDB');
const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
afterEach(() => {
  stderr.mockClear();
  saidByCause().clear();
});

/** What `send` rejects with, or its answer. */
async function attempt(options: MongodbTransportOptions, database = 'panoptic-none'): Promise<unknown> {
  const transport = new MongodbTransport(options);
  try {
    return await transport.send(numberedEvents(0, 2, database), AbortSignal.timeout(20_000));
  } catch (error) {
    expectNoCanary(undefined, error);
    return error;
  } finally {
    await transport.close();
  }
}

test('compressors are taken out of a connection string, and nothing else is', () => {
  expect(splitCompressors('mongodb://h/?compressors=zstd,zlib')).toEqual({
    uri: 'mongodb://h/',
    named: ['zstd', 'zlib'],
  });
  expect(splitCompressors('mongodb://h/?a=1&Compressors=zlib&b=2')).toEqual({
    uri: 'mongodb://h/?a=1&b=2',
    named: ['zlib'],
  });
  expect(splitCompressors('mongodb://h/?a=1&compressors=zstd%2Cnone')).toEqual({
    uri: 'mongodb://h/?a=1',
    named: ['zstd', 'none'],
  });
  expect(splitCompressors('mongodb://h/?a=1')).toEqual({ uri: 'mongodb://h/?a=1', named: undefined });
});

test('only what is there is offered', () => {
  const offered = compressorsAtHand();
  expect(offered).toContain('zlib');
  expect(offered.includes('zstd')).toBe('zstdCompress' in zlib);
});

describe.skipIf(!mongo).each<[string, Driver]>([
  ['driver 7', driver7],
  ['driver 6', driver6 as unknown as Driver],
])('compression, %s', (_, driver) => {
  const uri = mongo?.uri ?? 'mongodb://none/';
  const asking = `${uri}${uri.includes('?') ? '&' : '?'}compressors=`;
  const database = (): string => `panoptic-${mongo?.env()}`;
  /** The driver with clients that keep what they were made with. */
  const watched = (): { load: () => Promise<Driver>; offered: () => unknown } => {
    const made: unknown[] = [];
    class MongoClient extends driver.MongoClient {
      constructor(...args: ConstructorParameters<typeof driver.MongoClient>) {
        super(...args);
        made.push(this.options.compressors);
      }
    }
    return { load: async () => ({ ...driver, MongoClient, BSON: driver.BSON }) as Driver, offered: () => made };
  };

  test('what the option asks for is what this process has', async () => {
    const { load, offered } = watched();
    expect(await attempt({ uri, driver: load, compressionEnabled: true }, database())).toMatchObject({ refused: [] });
    expect(offered()).toEqual([compressorsAtHand()]);
    expect(stderr).not.toHaveBeenCalled();
  });

  test('without the option nothing is compressed; what the connection string names is', async () => {
    const [off, named] = [watched(), watched()];
    await attempt({ uri, driver: off.load }, database());
    expect(off.offered()).toEqual([['none']]);
    await attempt({ uri: `${asking}zlib`, driver: named.load, compressionEnabled: true }, database());
    expect(named.offered()).toEqual([['zlib']]);
  });

  test('a compression this process lacks does not fail a single insert, and is said', async () => {
    const { load, offered } = watched();
    expect(await attempt({ uri: `${asking}snappy,zlib`, driver: load }, database())).toMatchObject({ refused: [] });
    expect(offered()).toEqual([['zlib']]);
    expect(stderr.mock.calls.flat()).toEqual([expect.stringMatching(/PAN6414: .*cannot compress with snappy/)]);
  });
});

describe.each<[string, Driver]>([
  ['driver 7', driver7],
  ['driver 6', driver6 as unknown as Driver],
])('a place that cannot be reached is one line with what to do, %s', (_, driver) => {
  const quick = 'serverSelectionTimeoutMS=300&connectTimeoutMS=300';
  test.each([
    ['a host nobody knows', `mongodb://panoptic.invalid/?${quick}`, 'PAN6405', 'DNS'],
    ['a cluster nobody knows', `mongodb+srv://panoptic.invalid/?${quick}`, 'PAN6405', 'DNS'],
    ['a port nobody listens at', `mongodb://127.0.0.1:1/?${quick}`, 'PAN6406', 'Check that it runs'],
    ['an option nobody knows', 'mongodb://127.0.0.1:1/?colour=red', 'PAN6410', 'Correct PANOPTIC_MONGODB_URI'],
    [
      'an option with a wrong value',
      'mongodb://127.0.0.1:1/?maxPoolSize=many',
      'PAN6410',
      'Correct PANOPTIC_MONGODB_URI',
    ],
    [
      'options that exclude each other',
      'mongodb://127.0.0.1:1,127.0.0.1:2/?directConnection=true',
      'PAN6410',
      'Correct',
    ],
    ['no connection string at all', CANARY, 'PAN6410', 'Correct'],
  ])('%s', async (_, uri, code, todo) => {
    const failure = await attempt({
      uri: uri.startsWith('mongodb') ? withCanary(uri) : uri,
      driver: async () => driver,
    });
    expect(failure).toMatchObject({ name: 'MongodbFailure', code, message: expect.stringContaining(todo) });
    expect((failure as Error).message).not.toContain('\n');
    const transport = new MongodbTransport({ uri, driver: async () => driver });
    transport.sayFailure(failure, 'They wait.');
    transport.sayFailure(failure, 'They wait.');
    expect(stderr).toHaveBeenCalledTimes(1);
  });
});

test.each<[string, () => Promise<unknown>, RegExp]>([
  ['is missing', () => import('mongodb-that-nobody-installed' as string), /needs its driver: npm install mongodb\./],
  [
    'does not load',
    async () => Promise.reject(new Error('bad binary')),
    /does not load \(bad binary\): npm install mongodb\./,
  ],
  [
    'is part of a bundle of ES modules',
    async () => Promise.reject(new Error('Dynamic require of "timers/promises" is not supported')),
    /does not load \(.*\): leave it out of the bundle/,
  ],
  [
    'is of version 5',
    async () => ({ BSON: driver7.BSON, MongoClient: class {} }),
    /too old, 6\.10 is needed: npm install mongodb@latest/,
  ],
])('a driver that %s is one line with the command that helps', async (_, load, expected) => {
  const failure = await attempt({ uri: 'mongodb://127.0.0.1:1/', driver: load as () => Promise<Driver> });
  expect(failure).toMatchObject({ code: 'PAN6401', message: expect.stringMatching(expected) });
});

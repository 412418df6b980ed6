import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { MongoClient } from 'mongodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CANARY, expectNoCanary, withCanary } from '../../../fixtures/tools/canary.ts';
import { capturedIo } from '../../../fixtures/tools/captured-io.ts';
import { scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { mongoForTests } from '../../../fixtures/tools/mongodb-test.ts';
import { ownServer } from '../../../fixtures/tools/own-server.ts';
import { frozenEvent, sampleEvent } from '../../../fixtures/tools/sample-events.ts';
import { startSecantus } from '../../../fixtures/tools/secantusdb.ts';
import { VARIABLES } from '../config/variables.ts';
import { mongodbOutlet } from '../deliver/mongodb/outlet.ts';
import { spoolOutlet } from '../deliver/spool-outlet.ts';
import { keepDeadLetter } from '../log/dead-letter.ts';
import { ownerFolders, quarantineFolder, segmentPath } from '../log/layout.ts';
import { logOutlet } from '../log/outlet.ts';
import type { Check } from './doctor/check.ts';
import { checkPackages } from './doctor/packages.ts';
import type { Setting } from './doctor/settings.ts';
import { EXIT } from './exit-codes.ts';
import { run } from './program.ts';

const mongo = await mongoForTests('panoptic doctor at MongoDB');

interface Examined {
  code: number;
  settings: Setting[];
  checks: Check[];
  /** What is not `ok`, as `PAN6137 problem`. */
  wrong: string[];
  text: string;
}

/** Both ways to ask. */
async function doctor(cwd: string, env: Record<string, string> = {}, ...flags: string[]): Promise<Examined> {
  const [machine, person] = [capturedIo(cwd, { env }), capturedIo(cwd, { env })];
  const code = await run(['doctor', '--json', ...flags], machine);
  expect(await run(['doctor', ...flags], person)).toBe(code);
  expect(machine.err() + person.err()).toBe('');
  const { settings, checks } = JSON.parse(machine.out()) as Examined;
  const wrong = checks.filter(({ level }) => level !== 'ok').map(({ level, code }) => `${code} ${level}`);
  return { code, settings, checks, wrong, text: person.out() };
}

const named = ({ checks }: Examined, code: string): Check | undefined => checks.find((check) => check.code === code);

/** A package that has the runtime as it should. */
function application(dependencies: object = { dependencies: { '@panoptic/runtime': '^0.1.0' } }): string {
  const root = scratchFolder();
  writeFileSync(path.join(root, 'package.json'), JSON.stringify({ name: 'desk', ...dependencies }));
  return root;
}

it('finds nothing wrong in an empty folder, and changes nothing there', async () => {
  const root = scratchFolder();
  const { code, wrong, text } = await doctor(root);
  expect(wrong).toEqual([]);
  expect(code).toBe(EXIT.ok);
  expect(text).toMatch(/0 problems, 0 warnings\.\n$/);
  expect(readdirSync(root)).toEqual([]);
});

it('shows every setting, where it comes from, and no secret', async () => {
  const env = {
    PANOPTIC_MONGODB_URI: withCanary('mongodb://127.0.0.1:1/'),
    PANOPTIC_HTTP_AUTHORIZATION: `Bearer ${CANARY}`,
    NODE_ENV: 'staging',
    PANOPTIC_MAX_WAIT_TIME_MS: '10',
    PANOPTIC_RESILIENCE: 'reckless',
    PANOPTIC_MONGO_URI: 'mongodb://elsewhere',
  };
  const root = application();
  const examined = await doctor(root, env, '--dir', 'events');
  const from = (name: string): string[] => {
    const found = examined.settings.find((setting) => setting.name === name);
    return [found?.value ?? '', found?.from ?? ''];
  };
  expect(from('mongodb.uri')).toEqual(['mongodb://127.0.0.1:1/', 'PANOPTIC_MONGODB_URI']);
  expect(from('transport')).toEqual(['mongodb', 'mongodb.uri']);
  expect(from('env')).toEqual(['staging', 'NODE_ENV']);
  expect(from('project')).toEqual(['desk', 'package.json']);
  expect(from('maxWaitTimeMs')).toEqual(['10', 'PANOPTIC_MAX_WAIT_TIME_MS']);
  expect(from('resilience')).toEqual(['standard', 'default']);
  expect(from('dir')).toEqual([path.join(root, 'events'), '--dir']);
  expect(examined.wrong).toEqual(['PAN4101 problem', 'PAN4105 warning', 'PAN6406 problem']);
  expect(examined.code).toBe(EXIT.findings);
  expectNoCanary(root, examined, examined.text);
});

it('knows every variable', async () => {
  const values = {
    PANOPTIC_TRANSPORT: 'log',
    PANOPTIC_RESILIENCE: 'fast',
    PANOPTIC_ROUTING: 'single',
    PANOPTIC_TIMING: 'detailed',
    PANOPTIC_ACKNOWLEDGEMENT: 'disk',
    PANOPTIC_MONGODB_URI: 'mongodb://db',
    PANOPTIC_HTTP_URL: 'http://localhost',
    PANOPTIC_MAX_BYTES_PER_BATCH: '2048',
    PANOPTIC_LOGGER_LEVEL: 'debug',
    PANOPTIC_LOG_MAX_BYTES: '2000000',
    PANOPTIC_LOG_MAX_AGE_MS: '0',
    PANOPTIC_LOG_SEGMENT_BYTES: '8192',
    PANOPTIC_LOG_SEGMENT_MS: '2000',
  };
  const known = VARIABLES.filter((name) => !name.endsWith('_'));
  const env = { ...Object.fromEntries(known.map((name) => [name, '1'])), ...values };
  const { settings, wrong } = await doctor(scratchFolder(), env);
  expect(settings.map(({ from }) => from).sort()).toEqual(known);
  expect(wrong).toEqual(['PAN6130 warning']);
});

it('says when the runtime would be missing in production, or Node is too old', async () => {
  const missing = await doctor(application({ devDependencies: { '@panoptic/runtime': '^0.1.0' } }));
  expect(missing.wrong).toEqual(['PAN6144 problem']);
  expect(named(missing, 'PAN6144')?.command).toBe('npm install @panoptic/runtime');
  expect((await doctor(application({}))).wrong).toEqual(['PAN6144 warning']);
  const at = (version: string): string[] =>
    checkPackages({ projectRoot: application() } as Parameters<typeof checkPackages>[0], version).map(
      ({ level }) => level,
    );
  expect(['18.20.0', '20.18.9', '22.11.0', '20.19.0', '22.12.0', '24.0.0'].map((version) => at(version)[0])).toEqual([
    ...['problem', 'problem', 'problem'],
    ...['ok', 'ok', 'ok'],
  ]);
});

it('says when packages of ours differ in version', async () => {
  const root = application();
  const folder = path.join(root, 'node_modules', '@panoptic', 'plugin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: '@panoptic/plugin', version: '0.0.1' }));
  const examined = await doctor(root);
  expect(examined.wrong).toEqual(['PAN6145 warning']);
  expect(named(examined, 'PAN6145')?.command).toMatch(/^npm install @panoptic\/plugin@\d/);
});

it('says when the folder cannot be written', async () => {
  const root = application();
  const dir = path.join(root, 'package.json', 'log');
  const examined = await doctor(root, { PANOPTIC_DIR: dir });
  expect(examined.wrong).toEqual(['PAN6137 problem']);
  expect(examined.text).toContain('ENOTDIR');
});

it('says what waits, what is full, and what was set aside', async () => {
  const root = application();
  const dir = path.join(root, '.panoptic');
  const transport = {
    version: 1,
    name: 'away',
    destination: 'nowhere',
    send: () => Promise.reject(new Error('away')),
  } as const;
  const outlet = spoolOutlet(transport, { dir, sayFailure: () => undefined });
  outlet.append([frozenEvent(sampleEvent({ metadata: { text: 'x'.repeat(1000) } }))]);
  await outlet.close(10);
  const old = new Date(Date.now() - 3 * 86_400_000);
  for (const folder of ownerFolders(dir)) utimesSync(segmentPath(folder, 1), old, old);
  const event = frozenEvent(sampleEvent());
  keepDeadLetter(dir, { ns: 'panoptic-test.openai_default', doc: event.doc }, 'too large');
  mkdirSync(quarantineFolder(dir));
  writeFileSync(path.join(quarantineFolder(dir), 'a-1-0.bad'), Buffer.alloc(1_100_000));
  const env = { PANOPTIC_HTTP_URL: 'http://127.0.0.1:1/', PANOPTIC_LOG_MAX_BYTES: String(1024 ** 2) };
  const examined = await doctor(root, env);
  expect(examined.wrong).toEqual([
    'PAN6146 problem',
    'PAN6139 problem',
    'PAN6138 problem',
    'PAN6142 warning',
    'PAN6140 problem',
    'PAN6141 problem',
  ]);
  // `panoptic ship` goes to MongoDB, and these were on their way to another place
  expect(named(examined, 'PAN6142')).toMatchObject({ advice: expect.stringContaining('sends them to nowhere') });
  expect(named(examined, 'PAN6142')).not.toHaveProperty('command');
  const { checks } = await doctor(root, {});
  expect(checks.map(({ message }) => message).join()).toContain('go to: away, nowhere, as the application has noted');
});

it('finds nothing wrong with a log that is the destination', async () => {
  const root = application();
  const outlet = logOutlet({ dir: path.join(root, '.panoptic') });
  outlet.append([frozenEvent(sampleEvent())]);
  outlet.closeSync();
  const before = readdirSync(root, { recursive: true });
  expect((await doctor(root)).wrong).toEqual([]);
  expect(readdirSync(root, { recursive: true })).toEqual(before);
});

describe('at an HTTP endpoint', () => {
  async function endpoint(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
    const server = createServer(answer).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
  }

  it('asks without sending an event', async () => {
    const seen: string[] = [];
    const url = await endpoint((request, response) => {
      seen.push(`${request.method} ${request.headers.authorization}`);
      response.writeHead(405).end();
    });
    const env = { PANOPTIC_HTTP_URL: url, PANOPTIC_HTTP_AUTHORIZATION: CANARY };
    const examined = await doctor(application(), env);
    expect(examined.wrong).toEqual([]);
    expect(new Set(seen)).toEqual(new Set([`HEAD ${CANARY}`]));
    expectNoCanary(undefined, examined, examined.text);
  });

  it('names a refusal, and clocks that disagree', async () => {
    const url = await endpoint((_, response) => {
      response.writeHead(401, { date: new Date(Date.now() - 3_600_000).toUTCString() }).end();
    });
    const examined = await doctor(application(), { PANOPTIC_HTTP_URL: url });
    expect(examined.wrong).toEqual(['PAN6147 problem', 'PAN6134 warning']);
    expect(named(examined, 'PAN6134')?.message).toMatch(/is 60\.0 min ahead of/);
  });
});

describe.skipIf(!mongo)('at MongoDB', () => {
  const uri = mongo?.uri ?? '';

  it('finds nothing wrong, and leaves nothing behind', async () => {
    const env = mongo?.env() ?? '';
    const client = await new MongoClient(uri).connect();
    try {
      const names = async (): Promise<string[]> =>
        (await client.db(`panoptic-${env}`).listCollections().toArray()).map(({ name }) => name);
      const settings = { PANOPTIC_MONGODB_URI: uri, PANOPTIC_ENV: env };
      const empty = await doctor(application(), settings);
      expect(empty.wrong).toEqual([]);
      expect(empty.text).toMatch(/answers: MongoDB \d/);
      expect(empty.text).toContain('The clock agrees with that of the server');
      expect(empty.text).toContain(`This account may write to panoptic-${env}.`);
      expect(await names()).toEqual([]);

      const outlet = mongodbOutlet({ uri, dir: scratchFolder() });
      outlet.append([{ ...frozenEvent(sampleEvent()), database: `panoptic-${env}` }]);
      await outlet.close(30_000);
      expect((await doctor(application(), settings)).wrong).toEqual([]);
      expect(await names()).toEqual(['openai_default']);

      const asking = `${uri}${uri.includes('?') ? '&' : '?'}compressors=snappy,zlib`;
      const compressed = await doctor(application(), { ...settings, PANOPTIC_MONGODB_URI: asking });
      expect(compressed.wrong).toEqual(['PAN6414 warning']);
      expect(named(compressed, 'PAN6414')?.message).toContain('cannot compress with snappy');

      await client.db(`panoptic-${env}`).collection('openai_default').dropIndex('service_1');
      const examined = await doctor(application(), settings);
      expect(examined.wrong).toEqual(['PAN6133 warning']);
      expect(named(examined, 'PAN6133')?.command).toBe(
        `db.getSiblingDB('panoptic-${env}').getCollection('openai_default').createIndexes([{"service":1}])`,
      );
    } finally {
      await client.close();
    }
  });
});

const account = { user: 'root', password: 'root-of-the-test' };
const guarded = await ownServer('panoptic doctor with an account', () => startSecantus({ auth: account }));

it.skipIf(!guarded)('names an account that may not write, and one that is refused', async () => {
  onTestFinished(() => guarded?.stop());
  const uri = guarded?.uri ?? '';
  const admin = await new MongoClient(uri.replace('://', `://${account.user}:${account.password}@`)).connect();
  onTestFinished(() => admin.close());
  const roles = [{ role: 'read', db: 'panoptic-test' }];
  await admin.db('admin').command({ createUser: 'ann', pwd: CANARY, roles });
  const settings = { PANOPTIC_MONGODB_URI: withCanary(uri), PANOPTIC_ENV: 'test' };
  const reader = await doctor(application(), settings);
  expect(reader.wrong).toEqual(['PAN6132 problem']);
  expectNoCanary(undefined, reader, reader.text);
  await admin.db('admin').command({ updateUser: 'ann', pwd: 'another' });
  const refused = await doctor(application(), settings);
  expect(refused.wrong).toEqual(['PAN6407 problem']);
  expectNoCanary(undefined, refused, refused.text);
});

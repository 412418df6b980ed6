import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { PanopticOptions } from './options.ts';
import type { Environment } from './reader.ts';
import { resolveConfig } from './resolve.ts';
import { strayVariables } from './variables.ts';

const root = mkdtempSync(join(tmpdir(), 'panoptic-config-'));
const inside = join(root, 'a', 'b');
mkdirSync(inside, { recursive: true });
writeFileSync(join(root, 'package.json'), '{"name":"my-app"}');
afterAll(() => rmSync(root, { recursive: true, force: true }));

const resolve = (options: PanopticOptions = {}, env: Environment = {}, cwd = inside) =>
  resolveConfig(options, env, cwd);

test('defaults come from the nearest package.json', () => {
  const { config, problems } = resolve();
  expect(problems).toEqual([]);
  expect(config).toMatchObject({
    project: 'my-app',
    env: 'development',
    username: 'default',
    transport: 'log',
    mongodb: undefined,
    dir: join(root, '.panoptic'),
    projectRoot: root,
    disabled: false,
    quiet: false,
    production: false,
  });
});

test('an unreadable package.json still marks the project', () => {
  const broken = join(root, 'broken');
  mkdirSync(broken);
  writeFileSync(join(broken, 'package.json'), '{');
  expect(resolve({}, {}, broken).config).toMatchObject({ project: 'broken', projectRoot: broken });
});

test('an option wins over its variable, and a variable over the default', () => {
  const env = {
    PANOPTIC_USERNAME: 'variable',
    PANOPTIC_ENV: 'staging',
    NODE_ENV: 'production',
    PANOPTIC_DIR: 'events',
  };
  const { config } = resolve({ username: 'option' }, env);
  expect(config).toMatchObject({ username: 'option', env: 'staging', dir: join(inside, 'events'), production: true });
});

describe('transport', () => {
  const own = 'mongodb://own/';
  const apps = 'mongodb://app/';
  test.each<[string, PanopticOptions, Environment, string, string | undefined]>([
    ['nothing configured', {}, {}, 'log', undefined],
    ['own URI', {}, { PANOPTIC_MONGODB_URI: own }, 'mongodb', own],
    ["the application's URI alone is not enough", {}, { MONGODB_URI: apps }, 'log', undefined],
    ["the application's URI on request", {}, { MONGODB_URI: apps, PANOPTIC_TRANSPORT: 'mongodb' }, 'mongodb', apps],
    [
      'own URI before the application',
      {},
      { MONGODB_URI: apps, PANOPTIC_MONGODB_URI: own, PANOPTIC_TRANSPORT: 'mongodb' },
      'mongodb',
      own,
    ],
    [
      'PANOPTIC_TRANSPORT before own URI',
      {},
      { PANOPTIC_MONGODB_URI: own, PANOPTIC_TRANSPORT: 'log' },
      'log',
      undefined,
    ],
    ['option before all', { transport: 'none' }, { PANOPTIC_TRANSPORT: 'log' }, 'none', undefined],
    ['option mongodb.uri', { mongodb: { uri: own } }, { PANOPTIC_TRANSPORT: 'log' }, 'mongodb', own],
    ['option transport beside mongodb.uri', { mongodb: { uri: own }, transport: 'log' }, {}, 'log', undefined],
    ['Vitest', {}, { VITEST: 'true' }, 'memory', undefined],
    ['Jest', {}, { JEST_WORKER_ID: '1' }, 'memory', undefined],
    ['NODE_ENV=test', {}, { NODE_ENV: 'test' }, 'memory', undefined],
    ['a test run with a folder', {}, { VITEST: 'true', PANOPTIC_DIR: 'x' }, 'log', undefined],
    ['a test run with a URI', {}, { VITEST: 'true', PANOPTIC_MONGODB_URI: own }, 'mongodb', own],
  ])('%s', (_, options, env, transport, uri) => {
    const { config, problems } = resolve(options, env);
    expect(problems).toEqual([]);
    expect(config.transport).toBe(transport);
    expect(config.mongodb?.uri).toBe(uri);
  });

  test('MONGODB_USER and MONGODB_PASSWORD complete MONGODB_URI, and only that', () => {
    const env = { PANOPTIC_TRANSPORT: 'mongodb', MONGODB_USER: 'u@x', MONGODB_PASSWORD: 'p/w' };
    const uri = (more: Environment) => resolve({}, { ...env, ...more }).config.mongodb?.uri;
    expect(uri({ MONGODB_URI: 'mongodb://h/db' })).toBe('mongodb://u%40x:p%2Fw@h/db');
    expect(uri({ MONGODB_URI: 'mongodb://a:b@h/db' })).toBe('mongodb://a:b@h/db');
    expect(uri({ PANOPTIC_MONGODB_URI: 'mongodb://h/db' })).toBe('mongodb://h/db');
  });

  test('mongodb without a URI is a problem, and the log takes the events', () => {
    const { config, problems } = resolve({}, { PANOPTIC_TRANSPORT: 'mongodb' });
    expect(config.transport).toBe('log');
    expect(problems.map(({ code, name }) => [code, name])).toEqual([['PAN4103', 'PANOPTIC_TRANSPORT']]);
  });
});

test('every bad value is reported by name, and none by value', () => {
  const options = { maxWaitTimeMs: -1, project: ' ', mongodb: { uri: 'canary' }, colour: 1 } as PanopticOptions;
  const env = {
    PANOPTIC_TRANSPORT: 'canary',
    PANOPTIC_MAX_EVENTS_PER_BATCH: '1e9',
    PANOPTIC_QUIET: 'canary',
    PANOPTIC_DIR: 'a\nb',
  };
  const { config, problems } = resolve(options, env);
  expect(problems.map(({ name }) => name).sort()).toEqual(
    [...Object.keys(env), 'maxWaitTimeMs', 'project', 'mongodb.uri', 'colour'].sort(),
  );
  expect(JSON.stringify(problems)).not.toContain('canary');
  expect(config).toMatchObject({ maxWaitTimeMs: 5000, maxEventsPerBatch: 100, transport: 'log', project: 'my-app' });
});

test.each([
  [{ mongodb: { url: 'mongodb://u:canary@h' } }, 'PAN4102', 'mongodb.url'],
  [{ http: { uri: 'https://canary' } }, 'PAN4102', 'http.uri'],
  [{ log: { maxSize: 1 } }, 'PAN4102', 'log.maxSize'],
  [{ mongodb: 'mongodb://u:canary@h' }, 'PAN4101', 'mongodb'],
  [{ http: null }, 'PAN4101', 'http'],
  [{ log: [] }, 'PAN4101', 'log'],
])('what an option is misspelt as inside of another is noticed: %j', (options, code, name) => {
  const { problems } = resolve(options as unknown as PanopticOptions, {});
  expect(problems).toEqual([{ code, name, message: expect.stringContaining(name) }]);
  expect(JSON.stringify(problems)).not.toContain('canary');
});

test('a variable nobody reads is noticed, and a wrong name is not an error that stops an application', () => {
  const env = { PANOPTIC_MONGO_URI: 'canary', PANOPTIC_TEST_CASE: '1', PANOPTIC_DIR: 'events', PANOPTIC_OLD: '' };
  expect(strayVariables(env)).toEqual(['PANOPTIC_MONGO_URI']);
  expect(resolve({}, env).problems).toEqual([]);
});

test('an empty variable is one that is not set', () => {
  expect(resolve({}, { PANOPTIC_TRANSPORT: '', PANOPTIC_ENV: '', NODE_ENV: '' }).problems).toEqual([]);
});

test('numbers and flags are read from the environment', () => {
  const env = { PANOPTIC_MAX_WAIT_TIME_MS: '50', PANOPTIC_DISABLED: '1', PANOPTIC_QUIET: 'false' };
  expect(resolve({}, env).config).toMatchObject({ maxWaitTimeMs: 50, disabled: true, quiet: false });
});

test.each([
  ['maxEventsPerBatch', 'PANOPTIC_MAX_EVENTS_PER_BATCH'],
  ['maxBytesPerBatch', 'PANOPTIC_MAX_BYTES_PER_BATCH'],
  ['maxWaitTimeMs', 'PANOPTIC_MAX_WAIT_TIME_MS'],
  ['maxPendingBatches', 'PANOPTIC_MAX_PENDING_BATCHES'],
  ['maxCollections', 'PANOPTIC_MAX_COLLECTIONS'],
  ['log.maxBytes', 'PANOPTIC_LOG_MAX_BYTES'],
  ['log.maxAgeMs', 'PANOPTIC_LOG_MAX_AGE_MS'],
  ['log.segmentBytes', 'PANOPTIC_LOG_SEGMENT_BYTES'],
  ['log.segmentMs', 'PANOPTIC_LOG_SEGMENT_MS'],
  ['rateLimit.eventsPerSecond', 'PANOPTIC_RATE_LIMIT'],
  ['dedupe.ttl', 'PANOPTIC_DEDUPE'],
  ['aggregate.windowMs', 'PANOPTIC_AGGREGATE'],
])('%s is a number that its variable spells', (path, variable) => {
  // one that all of them can have
  const most = path.startsWith('log.max') ? 2 ** 20 : path === 'aggregate.windowMs' ? 3_600_000 : 60_000;
  const { config, problems } = resolve({}, { [variable]: ` ${most}` });
  expect(problems).toEqual([]);
  expect(config).toHaveProperty(path, most);
  expect(resolve({}, { [variable]: 'many' }).problems).toMatchObject([{ code: 'PAN4101', name: variable }]);
});

test.each([
  ['worker', 'PANOPTIC_WORKER'],
  ['disabled', 'PANOPTIC_DISABLED'],
  ['quiet', 'PANOPTIC_QUIET'],
  ['compressionEnabled', 'PANOPTIC_COMPRESSION_ENABLED'],
  ['trace', 'PANOPTIC_TRACE'],
])('%s is a flag that its variable spells', (path, variable) => {
  for (const [text, expected] of Object.entries({ 1: true, true: true, 0: false, false: false })) {
    expect(resolve({}, { [variable]: text }).config).toHaveProperty(path, expected);
  }
  const message = `${variable} must be true or false, or 1 or 0.`;
  expect(resolve({}, { [variable]: 'yes' }).problems).toEqual([{ code: 'PAN4101', name: variable, message }]);
});

test('the list of indexes is a setting', () => {
  const indexes = [{ key: { model: 1, ts: -1 }, name: 'by_model' }] as const;
  const env = { PANOPTIC_MONGODB_URI: 'mongodb://h/' };
  expect(resolve({ mongodb: { indexes } }, env).config.mongodb).toEqual({ uri: 'mongodb://h/', indexes });
  const wrong = { mongodb: { indexes: [{ key: { model: 'up' } }] } } as unknown as PanopticOptions;
  expect(resolve(wrong, env).problems.map(({ name }) => name)).toEqual(['mongodb.indexes']);
});

test('PANOPTIC_DISABLED=1 wins over the option', () => {
  expect(resolve({ disabled: false }, { PANOPTIC_DISABLED: '1' }).config.disabled).toBe(true);
  expect(resolve({ disabled: true }, { PANOPTIC_DISABLED: '0' }).config.disabled).toBe(true);
});

test.each([null, 'production', 5, [[]], true])('what is no object of options is refused as that: %j', (given) => {
  const { problems } = resolveConfig(given as never, {}, '/');
  expect(problems).toMatchObject([{ code: 'PAN4101', name: 'options' }]);
});

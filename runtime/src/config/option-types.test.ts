import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { consoleTransport } from '../deliver/console.ts';
import { httpTransport } from '../deliver/http/transport.ts';
import { memoryTransport } from '../deliver/memory.ts';
import { mongodbTransport } from '../deliver/mongodb/create.ts';
import { createPanoptic as createPanopticOfPage } from '../edge/full.ts';
import { createPanopticRegistry } from '../health/prometheus.ts';
import { createIngest } from '../ingest/index.ts';
import { logTransport } from '../log/transport.ts';
import { createHttpMiddleware } from '../middleware/connect/index.ts';
import { openTelemetryExporter } from '../otel/index.ts';
import { createPanoptic } from '../panoptic.ts';
import { wrap } from '../wrap/wrap.ts';
import { PanopticError } from './error.ts';
import type { PanopticOptions } from './options.ts';
import { resolveConfig } from './resolve.ts';

/** What is given to every option. */
const VALUES = {
  null: null,
  true: true,
  'a text': 'text',
  "'10'": '10',
  "'true'": 'true',
  "'0'": '0',
  'an empty text': '',
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-1': -1,
  '0.5': 0.5,
  '10n': 10n,
  '[]': [],
  '[null]': [null],
  "['x']": ['x'],
  '{}': {},
  'a function': () => undefined,
  'a Map': new Map(),
} as const;

type Given = keyof typeof VALUES;

/** Where an option stands, a value that it can have, and which of `VALUES` it can have as well. */
type Row = readonly [path: string, good: unknown, ...others: Given[]];

const TEXTS = ['a text', "'10'", "'true'", "'0'"] as const;
const wholes = (...paths: string[]): Row[] => paths.map((path): Row => [path, 10]);
const flags = (...paths: string[]): Row[] => paths.map((path): Row => [path, true, 'true']);
const texts = (...paths: string[]): Row[] => paths.map((path): Row => [path, 'x', ...TEXTS]);
const functions = (...paths: string[]): Row[] => paths.map((path): Row => [path, () => {}, 'a function']);
const uri = 'mongodb://h/';
const rule = { rate: 0 };

interface Taker {
  /** Throws where something is wrong. */
  readonly make: (options: never) => unknown;
  readonly code: string;
  /** Path of an option in problems. */
  readonly prefix?: string;
  /** What has to be there beside an option. */
  readonly base?: object;
  readonly rows: readonly Row[];
}

/** Codes of an option that there is not, where that of a wrong value is another. */
const UNKNOWN: Readonly<Record<string, string>> = { PAN4101: 'PAN4102', PAN4112: 'PAN4113', PAN4130: 'PAN4131' };

const transport = { version: 1, name: 'n', destination: 'd', send: () => undefined };

const TAKERS: Record<string, Taker> = {
  createPanoptic: {
    // what is right would change how this process delivers
    make: (options) =>
      resolveConfig(options, {}, '/').problems.length > 0 ? createPanoptic(options as PanopticOptions) : undefined,
    code: 'PAN4101',
    base: {
      mongodb: { uri },
      rateLimit: { eventsPerSecond: 1 },
      dedupe: { ttl: 1 },
      aggregate: { windowMs: 1 },
      sampling: { rules: [rule] },
    },
    rows: [
      ...texts('project', 'env', 'username', 'dir', 'commit'),
      ...flags('worker', 'disabled', 'quiet', 'compressionEnabled', 'trace'),
      ...wholes('maxEventsPerBatch', 'maxWaitTimeMs', 'maxPendingBatches', 'maxCollections'),
      ['maxBytesPerBatch', 1024],
      ['transport', 'log'],
      ['transport', transport],
      ['transport.concurrency', 2, 'Infinity'],
      ...functions('transport.close', 'onDiagnostic'),
      ['resilience', 'fast'],
      ['acknowledgement', 'disk'],
      ['routing', 'single'],
      ['timing', 'detailed'],
      ['mongodb', { uri }, '{}'],
      ['mongodb.uri', uri],
      ['mongodb.indexes', [{ key: { ts: 1 } }], '[]'],
      ['mongodb.indexes[0]', { key: { ts: 1 } }],
      ['mongodb.indexes[0].key', { ts: 1 }],
      ['mongodb.indexes[0].name', 'x', ...TEXTS, 'an empty text'],
      ['http', {}, '{}'],
      ['http.url', 'http://x/'],
      ['http.headers', { a: 'b' }, '{}'],
      ['log', {}, '{}'],
      ['log.maxBytes', 2 ** 20],
      ['log.maxAgeMs', 60_000],
      ['log.segmentBytes', 4096],
      ['log.segmentMs', 1000],
      ['logger', {}, '{}'],
      ['logger.level', 'warn'],
      ['logger.destination', 10, ...TEXTS],
      ['logger.redact', ['x'], '[]', "['x']"],
      ['logger.redact.paths', ['x'], '[]', "['x']"],
      ...flags('logger.redact.remove'),
      ['logger.transport', { target: 'x' }],
      ['logger.transport.target', 'x', ...TEXTS],
      ['logger.transport.options', {}, '{}'],
      ['logger.transport.worker', {}, '{}'],
      ['logger.transport.targets', [{ target: 'x' }]],
      ['logger.transport.targets[0].options', {}, '{}'],
      ['logger.transport.targets[0].level', 'warn'],
      ...flags('logger.transport.dedupe'),
      ['logger.transport.pipeline', [{ target: 'x' }]],
      ['logger.transport.pipeline[0].options', {}, '{}'],
      ['logger.pinoOptions', {}, '{}'],
      ['logger.pinoOptions.customLevels', { x: 35 }, '{}', 'null'],
      ['logger.pinoOptions.customLevels.x', 35, '-1', '0.5', 'Infinity'],
      ['providers', { x: 'AI' }, '{}'],
      ['redact', ['x'], '[]', "['x']"],
      ['exporters', [], '[]'],
      ['exporters[0].flush', () => {}, 'a function'],
      ['sampling', 0.5, '0.5', '{}'],
      ['sampling.rate', 0.1, '0.5'],
      ...flags('sampling.keepErrors', 'sampling.keepPriced'),
      ['sampling.rules', [{ rate: 1 }], '[]'],
      ['sampling.rules[0].rate', 0.1, '0.5'],
      ...texts('sampling.rules[0].service', 'sampling.rules[0].function', 'sampling.rules[0].tenant'),
      ['rateLimit', 5, '0.5'],
      ['rateLimit.eventsPerSecond', 10, '0.5'],
      ['rateLimit.burst', 10],
      ['rateLimit.per', 'provider'],
      ['dedupe', 5, '0.5'],
      ['dedupe.ttl', 10, '0.5'],
      ['dedupe.context', ['x'], '[]', "['x']"],
      ['dedupe.maxEntries', 10],
      ['aggregate', 5],
      ['aggregate.windowMs', 10],
      ['aggregate.context', ['x'], '[]', "['x']"],
      ['aggregate.maxWindows', 10],
    ],
  },
  'createPanoptic of a page': {
    make: (options) => createPanopticOfPage(options),
    code: 'PAN4101',
    base: { endpoint: 'http://x/', token: 'secret' },
    rows: [
      ['endpoint', 'http://x/'],
      ['transport', 'none'],
      ['headers', { a: 'b' }, '{}', 'a function'],
      ['credentials', 'omit'],
      ...texts('token', 'project', 'username', 'commit'),
      ...functions('waitUntil', 'onDiagnostic'),
      ...flags('disabled'),
      ...wholes('maxEventsPerBatch', 'maxWaitTimeMs', 'maxPendingEvents'),
      ['maxBytesPerBatch', 1024],
    ],
  },
  createIngest: {
    make: (options) => createIngest(options),
    code: 'PAN4101',
    prefix: 'createIngest.',
    rows: [
      ...functions('identify', 'rateLimit', 'accept'),
      ['origins', '*', '[]'],
      ['providers', ['x'], '[]', "['x']"],
      ...flags('trustAmounts'),
      ['token', 'at least 16 characters'],
      ['maxBytes', 1024],
      ['maxEvents', 10],
      ['maxEventBytes', 512],
      ['maxAgeMs', 1000],
    ],
  },
  httpTransport: {
    make: (options) => httpTransport(options),
    code: 'PAN4101',
    prefix: 'httpTransport.',
    base: { url: 'http://x/' },
    rows: [['url', 'https://x/'], ['headers', { a: 'b' }, '{}'], ['format', 'json'], ...flags('compressionEnabled')],
  },
  mongodbTransport: {
    make: (options) => mongodbTransport(options),
    code: 'PAN4101',
    prefix: 'mongodbTransport.',
    base: { uri },
    rows: [['uri', uri], ['indexes', [{ key: { ts: 1 } }], '[]'], ...flags('compressionEnabled')],
  },
  logTransport: {
    make: (options) => logTransport(options),
    code: 'PAN4101',
    prefix: 'logTransport.',
    base: { dir: 'x' },
    rows: [...texts('dir'), ['segmentBytes', 4096]],
  },
  consoleTransport: {
    make: (options) => consoleTransport(options),
    code: 'PAN4101',
    prefix: 'consoleTransport.',
    rows: [['stream', process.stderr]],
  },
  memoryTransport: {
    make: (options) => memoryTransport(options),
    code: 'PAN4101',
    prefix: 'memoryTransport.',
    rows: wholes('maxEvents'),
  },
  createPanopticRegistry: {
    make: (options) => createPanopticRegistry(options),
    code: 'PAN4101',
    prefix: 'createPanopticRegistry.',
    rows: [['register', new Registry()]],
  },
  createHttpMiddleware: {
    make: (options) => createHttpMiddleware(options),
    code: 'PAN4130',
    prefix: 'createHttpMiddleware options.',
    rows: [
      ...functions('extractMetadata', 'mapRequest', 'route'),
      ['onMetadataExtractionError', 'ignore', 'a function'],
      ['extractionTimeoutMs', 10],
      ...flags('record', 'traceparent'),
      ...texts('service'),
      ['ignore', ['/x'], '[]', "['x']", 'a function'],
      ['requestIdHeader', 'x-id', ...TEXTS],
      ['baggage', ['x'], '[]', "['x']"],
    ],
  },
  wrap: {
    make: (options) => wrap(() => {}, options),
    code: 'PAN4112',
    base: { provider: 'System' },
    rows: [
      ...['service', 'resource', 'model', 'unit'].map((path): Row => [path, 'x', ...TEXTS, 'a function']),
      ['category', 'AI', ...TEXTS, 'a function'],
      ['usage', { tokens: 1 }, '{}', 'a function'],
      ['quantity', 1, '10n', '0.5', 'a function'],
      ['amount', '0.1', '10n', '0.5', '-1', "'10'", "'0'", 'a function'],
      ['currency', 'EUR', 'a function'],
      // a number is the tag of that name, as in an annotation
      ['tags', ['x', 1], "['x']", ...TEXTS, '10n', '-1', '0.5', 'a function'],
      ['user', 'x', ...TEXTS, '10n', '-1', '0.5', 'a function'],
      ['requestId', 'x', ...TEXTS, '10n', '-1', '0.5', 'a function'],
      ['attributes', { x: 1 }, '{}'],
      ['context', { x: 1 }, '{}', 'a function'],
      ['captureContext', {}, '{}'],
      ...flags('captureContext.includeExecutionMetadata', 'stream'),
      ['logger', console],
      ...texts('site'),
      ['sample', 0.1, '0.5'],
    ],
  },
  openTelemetryExporter: {
    make: (options) => openTelemetryExporter(options),
    code: 'PAN4173',
    prefix: 'openTelemetryExporter.',
    rows: [
      ['tracerProvider', { getTracer() {} }],
      ['meterProvider', { getMeter() {} }],
      ...flags('spans', 'metrics'),
      ...functions('attributes', 'metricAttributes'),
    ],
  },
};

/** What stands around the members that are tested. */
const AROUND: Record<string, unknown> = {
  'transport.': { transport },
  'exporters[': { exporters: [{ name: 'n', export: () => undefined }] },
  'mongodb.indexes[': { mongodb: { uri, indexes: [{ key: { ts: 1 } }] } },
  'logger.transport.targets[': { logger: { transport: { targets: [{ target: 'x' }] } } },
  'logger.transport.dedupe': { logger: { transport: { targets: [{ target: 'x' }] } } },
  'logger.transport.options': { logger: { transport: { target: 'x' } } },
  'logger.transport.worker': { logger: { transport: { target: 'x' } } },
  'logger.transport.pipeline[': { logger: { transport: { pipeline: [{ target: 'x' }] } } },
  'logger.redact.remove': { logger: { redact: { paths: ['x'] } } },
};

/** A copy of `base` with the value in its place. */
function optionsWith(base: object, path: string, value: unknown): object {
  const around = Object.entries(AROUND).find(([start]) => path.startsWith(start))?.[1] ?? {};
  return put({ ...base, ...around }, path.split(/[.[\]]+/).filter(Boolean), value) as object;
}

function put(into: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const inner = put((into as Record<string, unknown> | undefined)?.[key] ?? {}, rest, value);
  return Array.isArray(into) ? into.with(Number(key), inner) : { ...(into as object), [key]: inner };
}

function problemsOf(work: () => unknown): { code: string; name: string }[] {
  try {
    work();
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(PanopticError);
    return (error as PanopticError).problems.map(({ code, name }) => ({ code, name }));
  }
}

/** The option, what it stands in, or a member of it. */
const isAbout = (name: string, path: string): boolean =>
  name === path || path.startsWith(`${name}.`) || path.startsWith(`${name}[`) || /^[.[]/.test(name.slice(path.length));

const rows = Object.entries(TAKERS).flatMap(([of, taker]) =>
  taker.rows.map((row): [string, string, Taker, Row] => [of, row[0], taker, row]),
);

test.each(rows)('%s: %s is of its type, and nothing else is taken for it', (_, path, taker, [, good, ...others]) => {
  const { make, code, prefix = '', base = {} } = taker;
  const given = (value: unknown): { code: string; name: string }[] =>
    problemsOf(() => make(optionsWith(base, path, value) as never));
  expect(given(good)).toEqual([]);
  const spelt = typeof good === 'number' || typeof good === 'boolean' ? { [`'${good}'`]: String(good) } : {};
  const taken = Object.entries({ ...VALUES, ...spelt }).flatMap(([name, value]) => {
    const problems = given(value);
    for (const problem of problems) {
      expect(problem, name).toMatchObject({ code });
      expect(isAbout(problem.name, prefix + path), `${name}: ${problem.name}`).toBe(true);
    }
    return problems.length === 0 ? [name] : [];
  });
  expect(taken.sort()).toEqual([...others].sort());
});

test.each(Object.entries(TAKERS))(
  '%s refuses what is no object of options, and a name that it does not know',
  (of, taker) => {
    const { make, code, prefix = '', base = {} } = taker;
    for (const name of ['null', 'a text', 'true', '0.5', '[]', 'a function', 'a Map'] as const) {
      expect(
        problemsOf(() => make(VALUES[name] as never)),
        name,
      ).toMatchObject([{ code }]);
    }
    const unknown = problemsOf(() => make({ ...base, colour: 1 } as never));
    expect(unknown, of).toEqual([{ code: UNKNOWN[code] ?? code, name: `${prefix}colour` }]);
  },
);

test('what a transport needs is asked for, without what stands in it', () => {
  expect(() => httpTransport({} as never)).toThrow('PAN4101: httpTransport.url must be a URL that starts with http://');
  expect(() => mongodbTransport({} as never)).toThrow('PAN4101: mongodbTransport.uri must be');
  expect(() => logTransport({} as never)).toThrow('PAN4101: logTransport.dir must be a text');
  expect(() => httpTransport({ url: 'http://user:canary@' })).toThrow(/^(?!.*canary)PAN4101: /s);
});

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { recordInMemory } from '../../../../fixtures/tools/http-events.ts';
import { getExecutionMetadata, setExecutionMetadata } from '../../context/index.ts';
import { saidByCause } from '../../diagnostics/say.ts';
import { createPanoptic, memoryEvents } from '../../panoptic.ts';
import { wrap } from '../../wrap/wrap.ts';
import { HttpCore, type HttpMiddlewareOptions, type RequestEnd, type RequestReader } from './index.ts';

interface Asked {
  method?: string;
  path?: string;
  headers?: Readonly<Record<string, string>>;
}

const reader: RequestReader<Asked> = {
  method: ({ method = 'GET' }) => method,
  path: ({ path = '/' }) => path,
  header: ({ headers }, name) => headers?.[name],
};

const OK: RequestEnd = { route: '/x', status: 200, requestBytes: undefined, responseBytes: 2 };

recordInMemory();
const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
beforeEach(() => saidByCause().clear());
afterEach(() => stderr.mockClear());

/** One request from begin to end; gives the metadata its handler saw, undefined where it had no scope. */
async function request(options: HttpMiddlewareOptions<Asked>, asked: Asked = {}, end: Partial<RequestEnd> = {}) {
  const scope = new HttpCore(reader, options, 'test').begin(asked);
  await scope?.ready;
  const seen = scope?.run(getExecutionMetadata);
  scope?.end({ ...OK, ...end });
  return seen;
}

const said = (): string[] => stderr.mock.calls.map(([line]) => String(line));

it('takes what headers carry, over that what the application says', async () => {
  const headers = {
    'x-request-id': 'r-1',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    baggage: 'tenant_id=mallory,plan=pro,secret=1',
  };
  const extractMetadata = () => ({ tenant_id: 'ada', labels: { tier: 'gold' } });
  expect(await request({ extractMetadata, baggage: ['tenant_id', 'plan'] }, { headers })).toEqual({
    request_id: 'r-1',
    trace_id: '0af7651916cd43dd8448eb211c80319c',
    span_id: 'b7ad6b7169203331',
    plan: 'pro',
    tenant_id: 'ada',
    labels: { tier: 'gold' },
  });
  expect(memoryEvents()[0]?.trace).toEqual({
    trace_id: '0af7651916cd43dd8448eb211c80319c',
    span_id: 'b7ad6b7169203331',
  });
  expect(Object.keys((await request({ traceparent: false, requestIdHeader: 'x-other' }, { headers })) ?? {})).toEqual([
    'request_id',
  ]);
});

it.each(['', 'a b', 'ä', 'x'.repeat(129), 'a\u0000'])(
  'makes an id where the header has none that can be used: %j',
  async (id) => {
    const seen = await request({}, { headers: { 'x-request-id': id } });
    expect(seen?.request_id).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
  },
);

it('maps a request into its event, and its user into all of them', async () => {
  const seen = await request({
    mapRequest: async () => ({
      user: 7,
      requestId: 'r-7',
      resource: 'search',
      service: 'api',
      tags: ['public'],
      attributes: { region: 'eu' },
    }),
  });
  expect(seen).toEqual({ user_id: '7', request_id: 'r-7' });
  expect(memoryEvents()).toMatchObject([
    {
      user: '7',
      resource: 'search',
      service: 'api',
      tags: ['public'],
      metadata: { function_name: 'GET /x', region: 'eu', request_id: 'r-7', http: { route: '/x' } },
    },
  ]);
});

it('records what the scope holds at the end of the request', async () => {
  const scope = new HttpCore(reader, {}, 'test').begin({});
  scope?.run(() => setExecutionMetadata({ tenant_id: 'late' }));
  scope?.end(OK);
  scope?.end({ ...OK, status: 500 });
  expect(memoryEvents()).toMatchObject([{ outcome: 'ok', metadata: { tenant_id: 'late' } }]);
});

it.each<[string, Partial<RequestEnd>, object]>([
  ['a status below 500', { status: 404, error: new Error('not found') }, { outcome: 'ok' }],
  ['500', { status: 500, error: new TypeError('t') }, { outcome: 'error', error: { type: 'TypeError', message: 't' } }],
  ['503 and no error', { status: 503 }, { outcome: 'error', error: { type: '503', message: 'HTTP status 503' } }],
  ['a client that went away', { status: undefined, incomplete: 'aborted' }, { outcome: 'aborted' }],
  ['a broken response', { incomplete: 'failed', error: new Error('b') }, { outcome: 'error', error: { message: 'b' } }],
])('gives %s its outcome', async (_, end, expected) => {
  await request({}, {}, end);
  const [event] = memoryEvents();
  expect(event).toMatchObject(expected);
  if (!('error' in expected)) expect(event).not.toHaveProperty('error');
});

it('leaves ignored requests alone, and skipped ones out', async () => {
  const paths: HttpMiddlewareOptions<Asked> = { ignore: ['/health', /^\/static\//g] };
  expect(await request(paths, { path: '/health?deep=1' })).toBeUndefined();
  for (let n = 0; n < 2; n++) expect(await request(paths, { path: '/static/a.js' })).toBeUndefined();
  expect(await request({ ignore: ({ method }) => method === 'HEAD' }, { method: 'HEAD' })).toBeUndefined();
  expect(await request({ mapRequest: () => ({ skip: true }) })).toHaveProperty('request_id');
  expect(await request({ record: false })).toHaveProperty('request_id');
  expect(memoryEvents()).toEqual([]);
  expect(await request(paths, { path: '/healthy' })).toHaveProperty('request_id');
  expect(memoryEvents()).toHaveLength(1);
});

it('bounds the names of methods and routes', async () => {
  const core = new HttpCore(reader, {}, 'test');
  for (let n = 0; n < 2100; n++) core.begin({})?.end({ ...OK, route: `/${n}` });
  core.begin({ method: 'BREW' })?.end(OK);
  core.begin({ method: 'BREW2' })?.end({ ...OK, route: undefined });
  const names = new Set(memoryEvents().map(({ resource }) => resource));
  expect(names.size).toBeLessThanOrEqual(2003);
  expect(names).toContain('_OTHER (unmatched)');
  expect(said()[0]).toContain('PAN3203');
});

const BROKEN: [string, HttpMiddlewareOptions<Asked>][] = [
  [
    'throws',
    {
      extractMetadata: () => {
        throw new Error('down');
      },
    },
  ],
  [
    'throws nothing',
    {
      extractMetadata: () => {
        throw undefined;
      },
    },
  ],
  ['rejects', { extractMetadata: () => Promise.reject(new Error('down')) }],
  ['rejects with what nobody can show', { extractMetadata: () => Promise.reject(Object.create(null)) }],
  ['gives no object', { extractMetadata: () => 'ada' as never }],
  [
    'gives a proxy that throws',
    {
      extractMetadata: () =>
        new Proxy(
          {},
          {
            ownKeys: () => {
              throw new Error('down');
            },
          },
        ),
    },
  ],
  [
    'gives a then that throws',
    {
      mapRequest: () =>
        Object.defineProperty({}, 'then', {
          get() {
            throw new Error('down');
          },
        }) as never,
    },
  ],
  ['maps what nobody can read', { mapRequest: () => ({ tags: 5, attributes: 'x', user: {}, resource: 7 }) as never }],
  [
    'cannot tell what to ignore',
    {
      ignore: () => {
        throw new Error('down');
      },
    },
  ],
];

it.each(BROKEN)('lets the request go on where a function %s', async (_, options) => {
  expect(await request(options)).toMatchObject({ request_id: expect.any(String) });
  expect(memoryEvents()).toHaveLength(1);
});

it('does not wait longer than it may, and says so', async () => {
  const seen = await request({ extractMetadata: () => new Promise(() => {}), extractionTimeoutMs: 20 });
  expect(seen).toMatchObject({ request_id: expect.any(String) });
  expect(said()).toEqual([expect.stringMatching(/PAN3202: extractMetadata has not answered within 20 ms/)]);
});

it('asks the application what to do with such an error, and bears its answer', async () => {
  const errors: unknown[] = [];
  const extractMetadata = () => Promise.reject(new Error('down'));
  const told = (error: unknown) => {
    errors.push(error);
    throw new Error('the one who is told fails, too');
  };
  await request({ extractMetadata, onMetadataExtractionError: told });
  expect(errors).toEqual([new Error('down')]);
  await request({ extractMetadata, onMetadataExtractionError: 'ignore' });
  expect(said()).toEqual([]);
  expect(saidByCause().get('PAN3201 PAN3201')?.count).toBe(3);
  await request({ extractMetadata });
  expect(said()).toEqual([
    expect.stringContaining('PAN3201: extractMetadata failed: Error: down. The request goes on'),
  ]);
});

it('lists every option that is wrong', () => {
  const wrong = {
    extractMetadata: 5,
    extractionTimeoutMs: 0,
    ignore: ['/a', 5],
    requestIdHeader: 'no header',
    baggage: 'tenant_id',
    onMetadataExtractionError: 'throw',
    provider: 'OpenIA',
    recrod: true,
  } as unknown as HttpMiddlewareOptions<Asked>;
  let problems: readonly { code: string; name: string }[] = [];
  try {
    new HttpCore(reader, wrong, 'panopticTest');
  } catch (error) {
    problems = (error as { problems: typeof problems }).problems;
  }
  expect(problems.map(({ code, name }) => `${code} ${name}`).sort()).toEqual([
    'PAN4111 panopticTest options.provider',
    'PAN4130 panopticTest options.baggage',
    'PAN4130 panopticTest options.extractMetadata',
    'PAN4130 panopticTest options.extractionTimeoutMs',
    'PAN4130 panopticTest options.ignore',
    'PAN4130 panopticTest options.onMetadataExtractionError',
    'PAN4130 panopticTest options.requestIdHeader',
    'PAN4131 panopticTest options.recrod',
  ]);
  expect(() => new HttpCore(reader, null as never, 'panopticTest')).toThrow('panopticTest options must be an object');
});

it('lets the event of a client that went away early wait for its metadata, and lasts no longer for that', async () => {
  const extractMetadata = () =>
    new Promise<{ tenant_id: string }>((resolve) => setTimeout(resolve, 50, { tenant_id: 'ada' }));
  const scope = new HttpCore(reader, { extractMetadata }, 'test').begin({});
  scope?.end({ ...OK, status: undefined, incomplete: 'aborted' });
  scope?.end(OK);
  expect(memoryEvents()).toEqual([]);
  await scope?.ready;
  expect(memoryEvents()).toMatchObject([{ outcome: 'aborted', metadata: { tenant_id: 'ada' } }]);
  expect(memoryEvents()[0]?.metadata.duration_ms).toBeLessThan(40);
});

it('follows a configuration that comes after the middleware, and after its first requests', () => {
  const core = new HttpCore(reader, { provider: 'acme' }, 'test');
  const ask = () => {
    const scope = core.begin({});
    scope?.run(wrap(() => {}, { provider: 'System', site: `call ${memoryEvents().length}` }));
    scope?.end(OK);
    return memoryEvents().slice(-2);
  };
  const [untracedCall, untraced] = ask();
  expect(untracedCall).not.toHaveProperty('parent');
  expect(untraced).toMatchObject({ provider: 'acme', category: 'USER_DEFINED' });
  createPanoptic({ transport: 'memory', trace: true, providers: { Acme: 'AI' } });
  const [call, request] = ask();
  expect(request).toMatchObject({ provider: 'Acme', category: 'AI' });
  expect(call?.parent).toBe(request?._id);
  createPanoptic({ transport: 'memory', trace: false });
  const [lastCall, last] = ask();
  expect(lastCall).not.toHaveProperty('parent');
  expect(last).toMatchObject({ provider: 'acme', category: 'USER_DEFINED' });
});

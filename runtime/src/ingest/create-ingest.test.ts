import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, request as nodeRequest, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { scratchFolder } from '../../../fixtures/tools/log-events.ts';
import type { Transport } from '../deliver/transport.ts';
import { saidByCause } from '../diagnostics/say.ts';
import type { BillingEvent } from '../event/billing-event.ts';
import { clearMemoryEvents, close, createPanoptic, flush, memoryEvents, stats } from '../panoptic.ts';
import { createIngest } from './create-ingest.ts';
import type { IngestOptions } from './options.ts';

const URL_HERE = 'https://shop.example/panoptic';
let serial = 0;

beforeEach(() => {
  createPanoptic({ transport: 'memory', project: 'shop', env: 'production', username: 'acme' });
  clearMemoryEvents();
  vi.spyOn(console, 'error')
    .mockClear()
    .mockImplementation(() => {});
  saidByCause().clear();
});
afterAll(() => close());

const METADATA = { function_name: 'work', duration_ms: 1 };

const event = (fields: Partial<BillingEvent> = {}): object => ({
  v: 1,
  _id: (++serial).toString(16).padStart(24, '0'),
  ts: new Date().toISOString(),
  category: 'SYSTEM',
  provider: 'System',
  resource: 'work',
  quantity: 1,
  unit: 'execution',
  outcome: 'ok',
  metadata: METADATA,
  ...fields,
});

const bodyOf = (events: readonly unknown[], sent: Date = new Date()): string =>
  JSON.stringify({ v: 1, sent: sent.toISOString(), events });

const post = (body: string, headers: Record<string, string> = {}, method = 'POST'): Request =>
  new Request(URL_HERE, { method, headers, ...(method === 'POST' && { body }) });

async function send(options: IngestOptions, request: Request) {
  const response = await createIngest(options).fetch(request);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

it('answers when the events are safe, and they are events of this process', async () => {
  const { status, body, headers } = await send({}, post(bodyOf([event(), event()])));
  expect([status, body]).toEqual([202, { accepted: 2 }]);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(memoryEvents()).toHaveLength(2);
  expect(memoryEvents()[0]).toMatchObject({
    projectId: 'shop',
    env: 'production',
    username: 'acme',
    metadata: { untrusted: true },
  });
});

it('stores an event once, however often it is sent', async () => {
  const ingest = createIngest();
  const body = bodyOf([event(), event()]);
  const answers = await Promise.all([1, 2, 3].map(() => ingest.fetch(post(body))));
  // by another handler of the process, and twice in one request
  const twice = JSON.parse(body).events;
  answers.push(await createIngest().fetch(post(bodyOf([...twice, ...twice]))));
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
  expect(memoryEvents()).toHaveLength(2);
});

it('does not call events safe that a full log has refused, and takes them when there is room', async () => {
  let isUp = false;
  const arrived = new Set<string>();
  const transport: Transport = {
    version: 1,
    name: 'away',
    destination: 'nowhere',
    async send(events) {
      if (!isUp) throw new Error('away');
      for (const { id } of events) arrived.add(id);
      return {};
    },
  };
  createPanoptic({ transport, dir: scratchFolder(), log: { maxBytes: 1024 ** 2 } });
  const large = Object.fromEntries(
    Array.from({ length: 24 }, (_, n) => [`note${n}`, randomBytes(450).toString('hex')]),
  );
  const batch = () => bodyOf(Array.from({ length: 8 }, () => event({ metadata: { ...METADATA, ...large } })));
  let accepted = 0;
  let body = batch();
  let answer = await send({}, post(body));
  for (; answer.status === 202; answer = await send({}, post(body))) {
    accepted += answer.body.accepted;
    expect(accepted).toBeLessThan(100);
    body = batch();
  }
  expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([503, 'PAN3318', '5']);
  expect(vi.mocked(console.error).mock.calls.join()).toMatch(/8 of the events found no room/);
  isUp = true;
  await flush();
  await expect.poll(async () => (await send({}, post(body))).status).toBe(202);
  await flush();
  expect(arrived.size).toBe(accepted + 8);
});

it('takes the good events of a batch, and names the others', async () => {
  const batch = [event(), event({ username: 'mallory' }), 7, event()];
  const { status, body } = await send({}, post(bodyOf(batch)));
  expect(status).toBe(202);
  expect(body).toMatchObject({
    accepted: 2,
    refused: [
      { index: 1, code: 'PAN3321' },
      { index: 2, code: 'PAN3320' },
    ],
  });
  expect(memoryEvents()).toHaveLength(2);
});

it('counts what it was sent', async () => {
  const before = { accepted: 0, repeated: 0, refused: 0, rejectedRequests: 0, ...stats().ingest };
  const body = bodyOf([event(), 7]);
  await send({}, post(body));
  await send({}, post(body));
  await send({}, post('{'));
  expect(stats().ingest).toEqual({
    accepted: before.accepted + 1,
    repeated: before.repeated + 1,
    refused: before.refused + 2,
    rejectedRequests: before.rejectedRequests + 1,
  });
});

it.each<[string, IngestOptions, Request, number, string]>([
  ['another method', {}, post('', {}, 'GET'), 405, 'PAN3311'],
  ['a form', {}, post('a=1', { 'content-type': 'application/x-www-form-urlencoded' }), 415, 'PAN3312'],
  ['a compressed body', {}, post('x', { 'content-encoding': 'gzip' }), 415, 'PAN3312'],
  ['a large body', { maxBytes: 1024 }, post(bodyOf([event({ model: 'x'.repeat(2000) })])), 413, 'PAN3313'],
  ['a body that says it is large', {}, post('{}', { 'content-length': '1000000000' }), 413, 'PAN3313'],
  ['many events', { maxEvents: 1 }, post(bodyOf([event(), event()])), 413, 'PAN3313'],
  ['no JSON', {}, post('{'), 400, 'PAN3314'],
  ['other JSON', {}, post('[]'), 400, 'PAN3314'],
  ['no time', {}, post(JSON.stringify({ v: 1, sent: 'now', events: [] })), 400, 'PAN3314'],
  ['a page of another origin', {}, post(bodyOf([]), { origin: 'https://evil.example' }), 403, 'PAN3315'],
  ['a page in a sandbox', {}, post(bodyOf([]), { origin: 'null' }), 403, 'PAN3315'],
  ['nobody it knows', { identify: () => null }, post(bodyOf([event()])), 401, 'PAN3316'],
  ['too much', { rateLimit: () => false }, post(bodyOf([event()])), 429, 'PAN3317'],
])('refuses %s with a code', async (_, options, request, status, code) => {
  const answer = await send(options, request);
  expect([answer.status, answer.body]).toEqual([status, { code, message: expect.any(String) }]);
  expect(memoryEvents()).toHaveLength(0);
});

it('reads no more of a body than it takes', async () => {
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled += 65_536;
      controller.enqueue(new Uint8Array(65_536).fill(32));
    },
  });
  const request = new Request(URL_HERE, { method: 'POST', body: endless, duplex: 'half' } as RequestInit);
  expect((await send({}, request)).status).toBe(413);
  expect(pulled).toBeLessThan(1_000_000);
});

it('puts the clock of a client right', async () => {
  const hours = 5 * 3_600_000;
  const late = new Date(Date.now() - hours);
  await send({}, post(bodyOf([event({ ts: late.toISOString() })], late)));
  expect(Math.abs(Date.parse(memoryEvents()[0]?.ts ?? '') - Date.now())).toBeLessThan(60_000);
});

describe('hooks', () => {
  it('say who it is, also later, and what may come', async () => {
    const seen: unknown[] = [];
    const options: IngestOptions = {
      identify: async (request) => ({ tenant_id: request.headers.get('x-tenant') ?? '', user_id: 'u1' }),
      rateLimit: async (_, arrival) => {
        seen.push(arrival);
        return true;
      },
    };
    await send(options, post(bodyOf([event({ user: 'mallory' })]), { 'x-tenant': 'acme' }));
    expect(memoryEvents()[0]).toMatchObject({ user: 'u1', metadata: { tenant_id: 'acme', user_id: 'u1' } });
    expect(seen).toEqual([
      { trusted: false, address: undefined, identity: { tenant_id: 'acme', user_id: 'u1' }, events: 1 },
    ]);
  });

  it('say when to come again', async () => {
    const { status, headers } = await send({ rateLimit: () => 2.5 }, post(bodyOf([event()])));
    expect([status, headers.get('retry-after')]).toEqual([429, '3']);
  });

  it.each<[string, IngestOptions]>([
    ['identify', { identify: () => Promise.reject(new Error('mongodb://u:canary@db is away')) }],
    [
      'rateLimit',
      {
        rateLimit: () => {
          throw new Error('mongodb://u:canary@db is away');
        },
      },
    ],
  ])('that fail lose nothing: %s', async (_, options) => {
    const answer = await send(options, post(bodyOf([event()])));
    expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([503, 'PAN3318', '5']);
    expect(JSON.stringify([answer.body, vi.mocked(console.error).mock.calls])).not.toContain('canary');
  });

  it.each([false, true, 'u-1', 7, ['u-1']])('give an identity or none, and nobody is %s', async (identity) => {
    const { status, body } = await send({ identify: (() => identity) as never }, post(bodyOf([event()])));
    expect([status, body.code]).toEqual([503, 'PAN3318']);
    expect(memoryEvents()).toHaveLength(0);
  });

  it('say who has read the body before', async () => {
    const identify = async (request: Request): Promise<undefined> => void (await request.text());
    expect((await send({ identify }, post(bodyOf([event()])))).status).toBe(503);
    expect(vi.mocked(console.error).mock.calls.join()).toContain('a hook may read request.clone()');
    const clone = async (request: Request): Promise<undefined> => void (await request.clone().text());
    expect((await send({ identify: clone }, post(bodyOf([event()])))).status).toBe(202);
  });
});

describe('pages of other origins', () => {
  const origin = 'https://app.example';
  const listed: IngestOptions = { origins: [origin] };

  it('may send where they are listed, with cookies', async () => {
    const { status, headers } = await send(listed, post(bodyOf([event()]), { origin }));
    expect(status).toBe(202);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('vary')).toBe('origin');
  });

  it('can read when to come again', async () => {
    const busy = await send({ ...listed, rateLimit: () => 20 }, post(bodyOf([event()]), { origin }));
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '20']);
    expect(busy.headers.get('access-control-expose-headers')).toBe('retry-after');
  });

  it('are nobody where all may send, whatever cookies their browser adds', async () => {
    const seen: unknown[] = [];
    const options: IngestOptions = { origins: '*', identify: ({ headers }) => void seen.push(headers.get('cookie')) };
    const cookie = 'session=of-the-user';
    await send(options, post(bodyOf([event()]), { origin: 'https://evil.example', cookie }));
    await send(options, post(bodyOf([event()]), { origin: 'https://shop.example', cookie }));
    expect(seen).toEqual([null, cookie]);
    expect(memoryEvents()).toHaveLength(2);
  });

  it('are told before they ask', async () => {
    const headers = { origin, 'access-control-request-headers': 'x-session' };
    const { status, headers: answer } = await send(listed, post('', headers, 'OPTIONS'));
    expect(status).toBe(204);
    expect(answer.get('access-control-allow-headers')).toBe('x-session');
    expect((await send({}, post('', headers, 'OPTIONS'))).status).toBe(403);
  });

  it('may all send without cookies, where that is wanted', async () => {
    const { status, headers } = await send({ origins: '*' }, post(bodyOf([event()]), { origin: 'null' }));
    expect(status).toBe(202);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.has('access-control-allow-credentials')).toBe(false);
  });

  it('can read why they were refused', async () => {
    const { status, headers } = await send(listed, post('{', { origin }));
    expect([status, headers.get('access-control-allow-origin')]).toEqual([400, origin]);
  });

  it.each([
    [{ origin: 'https://shop.example' }],
    [{ origin: 'https://www.shop.example', 'x-forwarded-host': 'www.shop.example' }],
    [{ origin: 'https://www.shop.example', 'sec-fetch-site': 'same-origin' }],
  ])('are no others: %o', async (headers) => {
    expect((await send({}, post(bodyOf([event()]), headers as Record<string, string>))).status).toBe(202);
  });
});

it('trusts workers that show the secret, and nobody else', async () => {
  const token = 'a secret of sixteen';
  const mine = bodyOf([event({ amount: '1.5', currency: 'EUR', projectId: 'worker' })]);
  const identify = (): null => null;
  expect((await send({ token, identify }, post(mine, { authorization: `Bearer ${token}` }))).body).toEqual({
    accepted: 1,
  });
  expect(memoryEvents()[0]).toMatchObject({ projectId: 'worker', amount: '1.5' });
  expect(memoryEvents()[0]?.metadata).not.toHaveProperty('untrusted');
  expect((await send({ token }, post(mine, { authorization: 'Bearer a secret of sixteem' }))).body).toMatchObject({
    accepted: 0,
    refused: [{ code: 'PAN3321' }],
  });
});

it.each<[object, string]>([
  [{ identify: 'x' }, 'identify must be a function'],
  [{ origins: ['https://app.example/path'] }, 'origins must be a list of origins'],
  [{ token: 'short' }, 'token must be a text of at least 16 characters'],
  [{ trustAmounts: 'false' }, 'trustAmounts must be true or false'],
  [{ maxByte: 1 }, 'maxByte is not an option of createIngest'],
])('refuses options that are wrong: %o', (options, message) => {
  expect(() => createIngest(options as IngestOptions)).toThrow(message);
});

it.each([null, 'token', 5, true, [[]]])('refuses what is no object of options as that: %j', (given) => {
  expect(() => createIngest(given as never)).toThrow('PAN4101: options of createIngest must be an object.');
});

describe('a server of node:http', () => {
  async function serve(listener: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/panoptic`;
  }

  it('takes events, and knows the address of who sends', async () => {
    const seen: unknown[] = [];
    const ingest = createIngest({ rateLimit: (_, { address }) => seen.push(address) > 0 });
    const url = await serve(ingest.node);
    const response = await fetch(url, { method: 'POST', body: bodyOf([event()]) });
    expect([response.status, await response.json()]).toEqual([202, { accepted: 1 }]);
    expect(seen).toEqual(['127.0.0.1']);
    expect(response.headers.get('content-type')).toBe('application/json');
  });

  it.each([
    ['a text', (text: string): unknown => text],
    ['bytes', (text: string): unknown => Buffer.from(text)],
    ['an object', (text: string): unknown => JSON.parse(text)],
  ])('takes a body that a parser has left as %s', async (_, parse) => {
    const ingest = createIngest();
    const url = await serve(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      await ingest.node(request, response, parse(Buffer.concat(parts).toString()));
    });
    expect((await fetch(url, { method: 'POST', body: bodyOf([event()]) })).status).toBe(202);
  });

  it('reads the body itself where a parser has left its mark and not read it', async () => {
    const ingest = createIngest();
    const url = await serve((request, response) => {
      Object.assign(request, { body: {} });
      void ingest.node(request, response);
    });
    expect((await fetch(url, { method: 'POST', body: bodyOf([event()]) })).status).toBe(202);
  });

  it.each(['//evil.example/panoptic', '/\\evil.example/panoptic', 'http://evil.example/panoptic', '*'])(
    'takes no target for the host whose pages may send: %s',
    async (target) => {
      const url = new URL(await serve(createIngest().node));
      const headers = { host: 'shop.example', origin: 'http://evil.example' };
      const status = await new Promise<number | undefined>((resolve) => {
        const request = nodeRequest({ port: url.port, path: target, method: 'POST', headers });
        request.on('response', ({ statusCode }) => resolve(statusCode)).end(bodyOf([event()]));
      });
      expect(status).toBe(403);
      expect(memoryEvents()).toHaveLength(0);
    },
  );

  it('survives a client that goes away, and one that makes no sense', async () => {
    const ingest = createIngest();
    const url = await serve(ingest.node);
    const gone = nodeRequest(url, { method: 'POST', headers: { 'content-length': '1000' } });
    gone.on('error', () => {});
    gone.write('{');
    await new Promise((resolve) => setTimeout(resolve, 20));
    gone.destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    // nobody can do anything about it
    expect(vi.mocked(console.error)).not.toHaveBeenCalled();
    const odd = await new Promise<number | undefined>((resolve) => {
      nodeRequest(url, { method: 'POST', headers: { host: 'a b' } }, ({ statusCode }) => resolve(statusCode)).end('{}');
    });
    expect(odd).toBe(400);
    expect((await fetch(url, { method: 'POST', body: bodyOf([event()]) })).status).toBe(202);
  });
});

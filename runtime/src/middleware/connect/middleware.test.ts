import { createServer, type RequestListener, type Server, ServerResponse } from 'node:http';
import { connect as connectHttp2, constants, createServer as createHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { eventsOf, listen, recordInMemory } from '../../../../fixtures/tools/http-events.ts';
import { getExecutionMetadata } from '../../context/index.ts';
import { saidByCause } from '../../diagnostics/say.ts';
import { memoryEvents } from '../../panoptic.ts';
import { createHttpMiddleware } from './index.ts';

recordInMemory();

const servers: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const extractMetadata = ({ headers }: { headers: NodeJS.Dict<string | string[]> }) => ({
  tenant_id: String(headers['x-tenant']),
});

const tenant = (): unknown => getExecutionMetadata()?.tenant_id;

async function serve(handler: RequestListener, options: Parameters<typeof createHttpMiddleware>[0] = {}): Promise<URL> {
  const middleware = createHttpMiddleware({ extractMetadata, route: () => '/x', ...options });
  const server: Server = createServer((request, response) =>
    middleware(request, response, () => handler(request, response)),
  );
  servers.push({
    close() {
      server.closeAllConnections();
      server.close();
    },
  });
  return new URL(await listen(server));
}

const ada = { headers: { 'x-tenant': 'ada' } };

/** Sends bytes as they are; gives what comes until the connection ends, or breaks it when it is told to. */
const raw = (url: URL, text: string, broken?: Promise<unknown>): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(Number(url.port), url.hostname, () => socket.write(text));
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('close', () => resolve(received));
    socket.on('error', () => {});
    broken?.then(() => socket.destroy());
  });

/** A promise, and what resolves it. */
function signal(): { given: Promise<unknown>; give: () => void } {
  let give = () => {};
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give };
}

const httpOf = async (): Promise<unknown> => (await eventsOf(1)).map(({ metadata }) => metadata.http)[0];

it.each<[string, RequestListener, number]>([
  ['one text', (_, response) => response.end('héllo'), 6],
  ['a text in another encoding', (_, response) => response.end('00ff', 'hex'), 2],
  ['bytes', (_, response) => response.end(Buffer.alloc(1000)), 1000],
  ['nothing', (_, response) => response.end(), 0],
  ['a callback', (_, response) => response.end(() => {}), 0],
  [
    'chunks',
    (_, response) => {
      response.write('ab');
      response.write(new Uint8Array(3));
      response.end('c');
    },
    6,
  ],
  ['a head that was sent before', (_, response) => response.writeHead(200).end('four'), 4],
  ['a stream', (_, response) => Readable.from([Buffer.alloc(70_000), 'b']).pipe(response), 70_001],
  ['no body, whatever is written', (_, response) => response.writeHead(204).end('gone'), 0],
  [
    'what comes after the end',
    (_, response) =>
      response
        .end('ab')
        .on('error', () => {})
        .write('more'),
    2,
  ],
])('counts the bytes of a response: %s', async (_, handler, size) => {
  const url = await serve(handler);
  await (await fetch(url)).arrayBuffer();
  expect(await httpOf()).toMatchObject({ response: { body: { size } } });
});

it('counts no bytes of a response to HEAD', async () => {
  const url = await serve((_, response) => response.end('not sent'));
  await fetch(url, { method: 'HEAD' });
  expect(await httpOf()).toMatchObject({ request: { method: 'HEAD' }, response: { body: { size: 0 } } });
});

it('lets a slow client hold up a response as before, and counts every byte once', async () => {
  let waited = 0;
  const url = await serve(async (_, response) => {
    for (let n = 0; n < 200; n++) {
      if (response.write(Buffer.alloc(65_536))) continue;
      waited++;
      await new Promise((resolve) => response.once('drain', resolve));
    }
    response.end();
  });
  const { body } = await fetch(url);
  let received = 0;
  for await (const chunk of body ?? []) {
    received += (chunk as Uint8Array).length;
    if (received < 1e6) await sleep(1);
  }
  expect(waited).toBeGreaterThan(0);
  expect(received).toBe(200 * 65_536);
  expect(await httpOf()).toMatchObject({ response: { body: { size: received } } });
});

it.each([
  ['announced', 'content-length: 5\r\n\r\nhello'],
  ['in chunks', 'transfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n'],
])('counts the bytes of a request: %s', async (_, rest) => {
  const url = await serve(async (request, response) => {
    for await (const chunk of request) response.write(chunk);
    response.end();
  });
  expect(await raw(url, `POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${rest}`)).toMatch(/hel.*lo/s);
  expect(await httpOf()).toMatchObject({ request: { method: 'POST', body: { size: 5 } } });
});

it('keeps the scope for listeners of a body that comes late', async () => {
  const seen: unknown[] = [];
  const url = await serve((request, response) => {
    request.on('data', () => seen.push(tenant()));
    request.on('end', () => {
      seen.push(tenant());
      response.end();
    });
    response.on('finish', () => seen.push(tenant()));
    response.on('close', () => seen.push(tenant()));
  });
  const head = 'POST / HTTP/1.1\r\nhost: x\r\nx-tenant: ada\r\nconnection: close\r\ncontent-length: 2\r\n\r\n';
  const socket = connect(Number(url.port), url.hostname);
  for (const part of [head, 'a', 'b']) {
    socket.write(part);
    await sleep(20);
  }
  await eventsOf(1);
  expect(seen).toEqual(['ada', 'ada', 'ada', 'ada', 'ada']);
});

it('keeps the scope for those who wait for the end of a connection that breaks', async () => {
  const seen: Record<string, unknown> = {};
  const { given, give } = signal();
  const url = await serve((request, response) => {
    give();
    request.on('aborted', () => (seen.aborted = tenant()));
    request.on('error', () => (seen.error = tenant()));
    request.on('close', () => (seen.request = tenant()));
    response.on('close', () => (seen.response = tenant()));
  });
  await raw(url, 'GET / HTTP/1.1\r\nhost: x\r\nx-tenant: ada\r\n\r\n', given);
  const [event] = await eventsOf(1);
  expect(event).toMatchObject({ outcome: 'aborted', metadata: { tenant_id: 'ada', http: { route: '/x' } } });
  expect(event?.metadata.http).not.toHaveProperty('response');
  await expect.poll(() => seen).toEqual({ aborted: 'ada', error: 'ada', request: 'ada', response: 'ada' });
});

it('counts what was written before the client went away', async () => {
  const { given, give } = signal();
  const url = await serve((_, response) => {
    response.write('0123456789', give);
  });
  await raw(url, 'GET / HTTP/1.1\r\nhost: x\r\n\r\n', given);
  expect(await eventsOf(1)).toMatchObject([
    { outcome: 'aborted', metadata: { http: { response: { status_code: 200, body: { size: 10 } } } } },
  ]);
});

it('takes a response that the application breaks off with an error for a failure', async () => {
  const url = await serve((_, response) => {
    response.write('a');
    response.on('error', () => {}).destroy(new RangeError('half'));
  });
  await expect(fetch(url).then((response) => response.text())).rejects.toThrow();
  expect(await eventsOf(1)).toMatchObject([{ outcome: 'error', error: { type: 'RangeError', message: 'half' } }]);
});

it('starts the handler when asynchronous metadata is there, and not before', async () => {
  const url = await serve((_, response) => response.end(String(tenant())), {
    extractMetadata: async ({ headers }) => {
      await sleep(20);
      return { tenant_id: String(headers['x-tenant']) };
    },
  });
  expect(await (await fetch(url, ada)).text()).toBe('ada');
});

it('leaves what the handler throws to whoever called the middleware', async () => {
  const middleware = createHttpMiddleware({ extractMetadata: async () => ({}) });
  const error = new Error('handler');
  const request = { headers: {}, method: 'GET', httpVersionMajor: 1, socket: { prependListener() {} } };
  const response = { on() {}, write() {}, end() {} };
  const next = () => {
    throw error;
  };
  const sync = createHttpMiddleware();
  expect(() => sync(request as never, response as never, next)).toThrow(error);
  const again = { ...request };
  await expect(middleware(again as never, { ...response } as never, next)).rejects.toBe(error);
});

it('keeps requests that share a connection apart', async () => {
  const url = await serve((_, response) => setTimeout(() => response.end(`[${tenant()}]`), 5));
  const ask = (name: string, more = '') => `GET / HTTP/1.1\r\nhost: x\r\nx-tenant: ${name}\r\n${more}\r\n`;
  const answer = await raw(url, ask('ada') + ask('bob') + ask('eve', 'connection: close\r\n'));
  expect(answer.match(/\[\w+\]/g)).toEqual(['[ada]', '[bob]', '[eve]']);
  expect((await eventsOf(3)).map(({ metadata }) => metadata.tenant_id)).toEqual(['ada', 'bob', 'eve']);
});

it('records requests that were waiting for their turn when their connection broke', async () => {
  const last = signal();
  const url = await serve(async (request, response) => {
    if (request.url === '/quick') return void response.end('quick');
    if (request.url === '/ended') response.end('never sent');
    if (request.url === '/last') last.give();
  });
  const requests = ['/quick', '/slow', '/ended', '/hanging', '/last'].map(
    (path) => `GET ${path} HTTP/1.1\r\nHost: a\r\nX-Tenant: ${path}\r\n\r\n`,
  );
  await raw(url, requests.join(''), last.given);
  const events = await eventsOf(5);
  expect(new Map(events.map(({ metadata, outcome }) => [metadata.tenant_id, outcome]))).toEqual(
    new Map([
      ['/quick', 'ok'],
      ['/slow', 'aborted'],
      ['/ended', 'aborted'],
      ['/hanging', 'aborted'],
      ['/last', 'aborted'],
    ]),
  );
  const ended = events.find(({ metadata }) => metadata.tenant_id === '/ended');
  expect(ended?.metadata.http).toEqual({ request: { method: 'GET' }, route: '/x' });
});

it('records a request once, however many middlewares see it, and lets each of them add to its scope', async () => {
  const second = createHttpMiddleware({ extractMetadata: async () => ({ plan: 'pro' }) });
  const url = await serve((request, response) =>
    second(request, response, () => response.end(JSON.stringify(getExecutionMetadata()))),
  );
  expect(await (await fetch(url, ada)).json()).toMatchObject({ tenant_id: 'ada', plan: 'pro' });
  expect(await eventsOf(1)).toMatchObject([{ metadata: { tenant_id: 'ada', plan: 'pro' } }]);
  await sleep(20);
  expect(memoryEvents()).toHaveLength(1);
});

it.each([
  ['is taken', 'ok', undefined],
  ['is refused', 'ok', 403],
])('records an upgrade of the connection that %s', async (_, outcome, status) => {
  const middleware = createHttpMiddleware({ extractMetadata, route: () => '/x' });
  const server = createServer();
  // as `@fastify/websocket` does it, so that routes and hooks see the request
  server.on('upgrade', (request, socket: Socket) => {
    const response = new ServerResponse(request);
    response.assignSocket(socket);
    middleware(request, response, () => {
      if (status === undefined) socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\nhello');
      else response.writeHead(status).end('no', () => socket.destroy());
    });
  });
  servers.push(server);
  const url = new URL(await listen(server));
  await raw(url, 'GET / HTTP/1.1\r\nHost: a\r\nX-Tenant: ada\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n');
  const [event] = await eventsOf(1);
  expect(event).toMatchObject({ outcome, metadata: { tenant_id: 'ada' } });
  const response = status === undefined ? undefined : { status_code: status, body: { size: 2 } };
  expect(event?.metadata.http).toEqual({ request: { method: 'GET' }, response, route: '/x' });
});

it('works with HTTP/2', async () => {
  const middleware = createHttpMiddleware<never>({ extractMetadata, route: () => '/x' });
  const server = createHttp2((request, response) =>
    middleware(request as never, response as never, () => {
      // more than fits into the window of a client that does not read
      if (request.url === '/large') return void response.end(Buffer.alloc(1_000_000));
      if (request.url === '/broken') return void response.stream.destroy(new Error('own'));
      request.on('data', () => {});
      if (request.url === '/') request.on('end', () => response.end(String(tenant())));
    }),
  );
  const url = await listen(server as never);
  const client = connectHttp2(url);
  servers.push(server, client);
  const stream = client.request({ ':method': 'POST', 'x-tenant': 'ada' });
  stream.write('ab');
  await sleep(20);
  stream.end('c');
  let text = '';
  for await (const chunk of stream) text += chunk;
  expect(text).toBe('ada');
  const gone = client.request({ ':path': '/hanging', 'x-tenant': 'bob' });
  gone.on('error', () => {});
  await sleep(20);
  gone.destroy();
  await eventsOf(2);
  const large = client.request({ ':path': '/large', 'x-tenant': 'cy' });
  large.on('error', () => {});
  await sleep(20);
  large.close(constants.NGHTTP2_CANCEL);
  await eventsOf(3);
  const broken = client.request({ ':path': '/broken', 'x-tenant': 'di' });
  broken.on('error', () => {});
  expect(await eventsOf(4)).toMatchObject([
    {
      outcome: 'ok',
      metadata: { tenant_id: 'ada', http: { request: { body: { size: 3 } }, response: { body: { size: 3 } } } },
    },
    { outcome: 'aborted', metadata: { tenant_id: 'bob' } },
    { outcome: 'aborted', metadata: { tenant_id: 'cy' } },
    { outcome: 'error', error: { message: 'own' }, metadata: { tenant_id: 'di' } },
  ]);
});

it('survives an application that makes everything it looks at throw', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const middleware = createHttpMiddleware();
  const next = vi.fn();
  middleware(null as never, null as never, next);
  middleware(
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('trap');
        },
      },
    ) as never,
    {} as never,
    next,
  );
  expect(next).toHaveBeenCalledTimes(2);
  expect(saidByCause().get('PAN3204 PAN3204')?.count).toBeGreaterThanOrEqual(2);
  said.mockRestore();
});

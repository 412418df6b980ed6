import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, it } from 'vitest';
import { eventsOf, recordInMemory, urlOf } from '../../../../fixtures/tools/http-events.ts';
import { getExecutionMetadata, setExecutionMetadata } from '../../context/index.ts';
import { type FastifyMiddlewareOptions, panopticFastify } from './index.ts';

recordInMemory();

let app: FastifyInstance;
afterEach(() => app.close());

async function start(options: FastifyMiddlewareOptions, routes: (app: FastifyInstance) => void): Promise<string> {
  app = Fastify();
  app.register(panopticFastify, options);
  app.register(async (inner) => routes(inner), { prefix: '/v1' });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return urlOf(app.server);
}

it('opens a scope for handlers of every plugin and records the request by its pattern', async () => {
  const url = await start({ extractMetadata: ({ headers }) => ({ tenant_id: headers['x-tenant'] }) }, (app) => {
    app.get('/users/:id', async () => getExecutionMetadata()?.tenant_id);
  });
  const response = await fetch(`${url}/v1/users/somebody?token=secret`, {
    headers: { 'x-tenant': 'ada', 'x-request-id': 'r-1' },
  });
  expect(await response.text()).toBe('ada');
  const [event, ...others] = await eventsOf(1);
  expect(others).toEqual([]);
  expect(event).toMatchObject({
    provider: 'System',
    service: 'http',
    resource: 'GET /v1/users/:id',
    outcome: 'ok',
    quantity: 1,
    unit: 'request',
    metadata: {
      function_name: 'GET /v1/users/:id',
      tenant_id: 'ada',
      request_id: 'r-1',
      http: {
        request: { method: 'GET' },
        response: { status_code: 200, body: { size: 3 } },
        route: '/v1/users/:id',
      },
    },
  });
  expect(JSON.stringify(event)).not.toMatch(/secret|somebody/);
});

it('records a request of a test that has no network as one that was answered', async () => {
  await start({}, (app) => {
    app.get('/users', async () => 'ada');
  });
  expect((await app.inject('/v1/users')).body).toBe('ada');
  const [event] = await eventsOf(1);
  expect(event).toMatchObject({
    outcome: 'ok',
    metadata: { http: { response: { status_code: 200, body: { size: 3 } } } },
  });
});

it('keeps the scope over a body that comes late, and up to the end of the response', async () => {
  const seen: Record<string, unknown> = {};
  const note = (where: string) => {
    seen[where] = getExecutionMetadata()?.tenant_id;
  };
  const url = await start({ extractMetadata: async () => ({ tenant_id: 'ada' }) }, (app) => {
    app.addHook('preHandler', async () => note('preHandler'));
    app.addHook('onSend', async () => note('onSend'));
    app.addHook('onResponse', async () => note('onResponse'));
    app.post('/echo', async ({ body }) => {
      note('handler');
      setExecutionMetadata({ user_id: 'u1' });
      return body;
    });
  });
  const body = new ReadableStream({
    async start(stream) {
      stream.enqueue(new TextEncoder().encode('{"a":'));
      await sleep(30);
      stream.enqueue(new TextEncoder().encode('1}'));
      stream.close();
    },
  });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/v1/echo`, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
  expect(await response.json()).toEqual({ a: 1 });
  const [event] = await eventsOf(1);
  expect(seen).toEqual({ preHandler: 'ada', handler: 'ada', onSend: 'ada', onResponse: 'ada' });
  expect(event).toMatchObject({
    user: 'u1',
    metadata: { tenant_id: 'ada', http: { request: { body: { size: 7 } }, response: { body: { size: 7 } } } },
  });
});

it('tells what a handler threw, and that no route has matched', async () => {
  const url = await start({}, (app) => {
    app.get('/broken', async () => {
      throw new RangeError('no such shelf');
    });
  });
  expect((await fetch(`${url}/v1/broken`)).status).toBe(500);
  expect((await fetch(`${url}/nothing/here`)).status).toBe(404);
  const events = await eventsOf(2);
  expect(events).toMatchObject([
    { resource: 'GET /v1/broken', outcome: 'error', error: { type: 'RangeError', message: 'no such shelf' } },
    { resource: 'GET (unmatched)', outcome: 'ok', metadata: { http: { response: { status_code: 404 } } } },
  ]);
});

it('does not start over an option that is wrong', async () => {
  app = Fastify();
  app.register(panopticFastify, { provider: 'OpenIA', recrod: false } as FastifyMiddlewareOptions);
  await expect(app.ready()).rejects.toThrow(/PAN4131: panopticFastify has no option recrod.*\n.*PAN4111/);
});

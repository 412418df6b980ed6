import { createServer, type Server } from 'node:http';
import Router from '@koa/router';
import Koa from 'koa';
import { afterEach, expect, it } from 'vitest';
import { eventsOf, listen, recordInMemory } from '../../../../fixtures/tools/http-events.ts';
import { getExecutionMetadata, setExecutionMetadata } from '../../context/index.ts';
import { type KoaMiddlewareOptions, panopticKoa } from './index.ts';

recordInMemory();

let server: Server;
afterEach(() => void server.close());

async function start(build: (app: Koa, router: Router) => void, options: KoaMiddlewareOptions = {}): Promise<string> {
  const app = new Koa();
  app.silent = true;
  app.use(panopticKoa({ extractMetadata: async (context) => ({ tenant_id: context.get('x-tenant') }), ...options }));
  const router = new Router({ prefix: '/v1' });
  build(app, router);
  app.use(router.routes());
  server = createServer(app.callback());
  return listen(server);
}

const headers = { 'x-tenant': 'ada' };

it('keeps the scope before and behind `await next()`, and over a body that comes late', async () => {
  const seen: unknown[] = [];
  const note = () => seen.push(getExecutionMetadata()?.tenant_id);
  const url = await start((app, router) => {
    app.use(async (_context, next) => {
      note();
      await next();
      note();
    });
    router.post('/users/:id', async (context) => {
      let text = '';
      await new Promise((resolve) =>
        context.req.on('data', (chunk) => (text += chunk)).on('end', () => resolve(note())),
      );
      setExecutionMetadata({ user_id: 'u1' });
      context.body = { text };
    });
  });
  const body = new ReadableStream({
    async start(stream) {
      stream.enqueue(new TextEncoder().encode('a'));
      await new Promise((resolve) => setTimeout(resolve, 30));
      stream.enqueue(new TextEncoder().encode('b'));
      stream.close();
    },
  });
  const response = await fetch(`${url}/v1/users/42`, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
  expect(await response.json()).toEqual({ text: 'ab' });
  expect(await eventsOf(1)).toMatchObject([
    {
      resource: 'POST /v1/users/:id',
      outcome: 'ok',
      user: 'u1',
      metadata: {
        tenant_id: 'ada',
        http: { request: { body: { size: 2 } }, response: { status_code: 200, body: { size: 13 } } },
      },
    },
  ]);
  expect(seen).toEqual(['ada', 'ada', 'ada']);
});

it('tells what a handler threw, with the status that Koa gives it', async () => {
  const url = await start((_app, router) => {
    router.get('/broken', () => {
      throw new RangeError('no such shelf');
    });
    router.get('/refused', (context) => context.throw(404, 'nobody'));
  });
  expect((await fetch(`${url}/v1/broken`)).status).toBe(500);
  expect((await fetch(`${url}/v1/refused`)).status).toBe(404);
  expect((await fetch(`${url}/v2`)).status).toBe(404);
  const events = await eventsOf(3);
  expect(events).toMatchObject([
    { resource: 'GET /v1/broken', outcome: 'error', error: { type: 'RangeError', message: 'no such shelf' } },
    { resource: 'GET /v1/refused', outcome: 'ok', metadata: { http: { response: { status_code: 404 } } } },
    { resource: 'GET (unmatched)', outcome: 'ok' },
  ]);
});

it('refuses a wrong option', () => {
  expect(() => panopticKoa({ extractionTimeoutMs: -1 })).toThrow(/PAN4130: panopticKoa options.extractionTimeoutMs/);
});

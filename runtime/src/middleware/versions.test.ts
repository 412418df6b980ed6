import { createRequire } from 'node:module';
import express from 'express';
import type Fastify from 'fastify';
import type Koa from 'koa';
import { afterEach, expect, it } from 'vitest';
import { eventsOf, recordInMemory } from '../../../fixtures/tools/http-events.ts';
import { getExecutionMetadata } from '../context/index.ts';
import { panopticExpress } from './express/index.ts';
import { panopticFastify } from './fastify/index.ts';
import { panopticKoa } from './koa/index.ts';

// Older versions have the same API as far as it is used here, so that the types of the newer ones serve.

const load = createRequire(import.meta.url);

recordInMemory();

let stop: () => unknown;
afterEach(() => stop());

const seen = (): unknown => getExecutionMetadata()?.tenant_id;

const SERVERS = {
  async express(name: string) {
    const app = (load(name) as typeof express)();
    app.use(panopticExpress({ extractMetadata: (request) => ({ tenant_id: request.get('x-tenant') ?? '' }) }));
    app.use(express.json());
    const users = express.Router();
    users.post('/:id', (_request, response) => void response.send(seen()));
    app.use('/:tenant/users', users);
    const server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.on('listening', resolve));
    return server;
  },
  async fastify(name: string) {
    const app = (load(name) as typeof Fastify)();
    app.register(panopticFastify, {
      extractMetadata: async ({ headers }) => ({ tenant_id: String(headers['x-tenant']) }),
    });
    app.post('/:tenant/users/:id', async () => seen());
    await app.listen({ port: 0, host: '127.0.0.1' });
    return app.server;
  },
  async koa(name: string) {
    const app = new (load(name) as typeof Koa)();
    app.use(panopticKoa({ extractMetadata: (context) => ({ tenant_id: context.get('x-tenant') }) }));
    app.use(async (context) => {
      context._matchedRoute = '/:tenant/users/:id';
      for await (const _ of context.req);
      context.body = seen();
    });
    const server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.on('listening', resolve));
    return server;
  },
};

it.each([
  ['express', 'express-4', /^4\./],
  ['express', 'express', /^5\./],
  ['fastify', 'fastify-4', /^4\./],
  ['fastify', 'fastify', /^5\./],
  ['koa', 'koa-2', /^2\./],
  ['koa', 'koa', /^3\./],
] as const)('%s: %s', async (framework, name, version) => {
  expect(load(`${name}/package.json`).version).toMatch(version);
  const server = await SERVERS[framework](name);
  stop = () => server.close();
  const { port } = server.address() as { port: number };
  const headers = { 'x-tenant': 'ada', 'content-type': 'application/json' };
  const response = await fetch(`http://127.0.0.1:${port}/acme/users/42`, { method: 'POST', headers, body: '{"a":1}' });
  expect(await response.text()).toBe('ada');
  expect(await eventsOf(1)).toMatchObject([
    {
      resource: 'POST /:tenant/users/:id',
      metadata: { tenant_id: 'ada', http: { request: { body: { size: 7 } }, response: { body: { size: 3 } } } },
    },
  ]);
});

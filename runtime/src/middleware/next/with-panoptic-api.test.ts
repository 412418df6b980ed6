import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NextApiRequest, NextApiResponse } from 'next';
import { afterEach, expect, it, vi } from 'vitest';
import { eventsOf, listen, recordInMemory } from '../../../../fixtures/tools/http-events.ts';
import { getExecutionMetadata } from '../../context/index.ts';
import { withPanopticApi } from './index.ts';

recordInMemory();

let server: Server;
afterEach(() => server.close());
afterEach(() => vi.unstubAllEnvs());

/** A server that treats its handler as Next treats one in `pages/api`. */
async function serve(
  handler: (request: NextApiRequest, response: NextApiResponse) => Promise<unknown>,
): Promise<string> {
  server = createServer((request, response) => {
    handler(request as NextApiRequest, response as NextApiResponse).catch(() => {
      response.statusCode = 500;
      response.end();
    });
  });
  return listen(server);
}

it('opens a scope, and records the request by the route it is told', async () => {
  const url = await serve(
    withPanopticApi(
      async (_request, response) => {
        await sleep(1);
        response.end(String(getExecutionMetadata()?.tenant_id));
      },
      { route: '/api/tickets/[id]', extractMetadata: ({ headers }) => ({ tenant_id: String(headers['x-tenant']) }) },
    ),
  );
  expect(await (await fetch(`${url}/api/tickets/3`, { headers: { 'x-tenant': 'ada' } })).text()).toBe('ada');
  expect(await eventsOf(1)).toMatchObject([
    { resource: 'GET /api/tickets/[id]', metadata: { tenant_id: 'ada', http: { response: { body: { size: 3 } } } } },
  ]);
});

it('tells what the handler threw', async () => {
  vi.stubEnv('VERCEL', '1');
  const url = await serve(
    withPanopticApi(async () => {
      throw new RangeError('no such shelf');
    }),
  );
  expect((await fetch(url)).status).toBe(500);
  expect(await eventsOf(1)).toMatchObject([
    { resource: 'GET (unmatched)', outcome: 'error', error: { type: 'RangeError', message: 'no such shelf' } },
  ]);
});

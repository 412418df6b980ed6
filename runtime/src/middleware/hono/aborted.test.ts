import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { afterEach, describe, expect, it } from 'vitest';
import { eventsOf, listen, recordInMemory } from '../../../../fixtures/tools/http-events.ts';
import { panopticHono } from './index.ts';

recordInMemory();

let server: Server;
let goOn: () => void;
afterEach(() => {
  goOn();
  server.closeAllConnections();
  server.close();
});

/** Waits in a middleware or in a handler until the test is over: events that come before do not come from an end of the handler. */
function application(waitsIn: 'middleware' | 'handler'): { app: Hono; waits: Promise<void> } {
  const over = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let come: () => void = () => {};
  const waits = new Promise<void>((resolve) => {
    come = resolve;
  });
  const wait = async (): Promise<void> => {
    come();
    await over;
  };
  const app = new Hono();
  app.use(panopticHono());
  app.use('/v1/*', async (_, next) => {
    if (waitsIn === 'middleware') await wait();
    await next();
  });
  app.get('/v1/users/:id', async (c) => {
    if (waitsIn === 'handler') await wait();
    return c.text('late');
  });
  return { app, waits };
}

const runtimes: Record<string, (app: Hono) => Parameters<typeof createAdaptorServer>[0]> = {
  'on @hono/node-server': ({ fetch }) => ({ fetch }),
  'by fetch alone': (app) => ({ fetch: (request) => app.fetch(request) }),
};

describe.each(Object.entries(runtimes))('%s', (_, options) => {
  it.each([
    ['middleware', '/v1/users/42', 'GET /v1/users/:id'],
    ['handler', '/v1/users/42', 'GET /v1/users/:id'],
    ['middleware', '/v1/nothing', 'GET (unmatched)'],
  ] as const)('records at once whose client goes away while a %s waits (%s)', async (waitsIn, path, resource) => {
    const { app, waits } = application(waitsIn);
    server = createAdaptorServer(options(app)) as Server;
    const client = new AbortController();
    const asked = fetch(`${await listen(server)}${path}`, { signal: client.signal });
    await waits;
    client.abort();
    await expect(asked).rejects.toThrow();
    const [event] = await eventsOf(1);
    expect(event).toMatchObject({ resource, outcome: 'aborted' });
    expect(event?.metadata.http).not.toHaveProperty('response');
  });
});

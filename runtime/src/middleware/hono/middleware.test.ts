import { once } from 'node:events';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { afterEach, describe, expect, it } from 'vitest';
import { eventsOf, listen, recordInMemory } from '../../../../fixtures/tools/http-events.ts';
import { getExecutionMetadata, setExecutionMetadata } from '../../context/index.ts';
import { memoryEvents } from '../../panoptic.ts';
import { type HonoMiddlewareOptions, panopticHono } from './index.ts';

recordInMemory();

const tenant = (): string => String(getExecutionMetadata()?.tenant_id);
const byHeader: HonoMiddlewareOptions = { extractMetadata: (c) => ({ tenant_id: c.req.header('x-tenant') }) };

/** A body that is made when it is asked for, and not before `until`, in so many parts. */
const lazy = (parts: number, until?: Promise<void>): ReadableStream<Uint8Array> => {
  let made = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        await until;
        await sleep(2);
        controller.enqueue(new TextEncoder().encode(`${tenant()};`));
        if (++made === parts) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
};

function application(options: HonoMiddlewareOptions = byHeader, until?: Promise<void>): Hono {
  const app = new Hono();
  app.use(panopticHono(options));
  app.use('/v1/*', (_, next) => next());
  app.onError((error, c) =>
    error instanceof HTTPException ? error.getResponse() : c.text('broken', 500, { 'x-broken': 'yes' }),
  );
  const v1 = new Hono();
  v1.get('/users/:id', (c) => c.text(tenant()));
  v1.get('/json', async (c) => {
    setExecutionMetadata({ user_id: 'u1' });
    await sleep(1);
    return c.json({ tenant: tenant() }, 201, { 'x-own': '1' });
  });
  v1.get('/lazy', () => new Response(lazy(3, until), { headers: { 'x-own': '1' } }));
  v1.get('/endless', (c) => c.body(lazy(1e9)));
  v1.post('/echo', async (c) => {
    const body = await c.req.text();
    return c.text(`${tenant()}:${body}`);
  });
  v1.get('/broken', () => {
    throw new RangeError('no such shelf');
  });
  v1.get('/forbidden', () => {
    throw new HTTPException(403);
  });
  app.route('/v1', v1);
  return app;
}

let server: ReturnType<typeof createAdaptorServer> | undefined;
/** What is broken off is recorded, and must not be among the events of the next test. */
afterEach(async () => {
  const listening = server as Server | undefined;
  server = undefined;
  if (listening === undefined) return;
  const closed = once(listening, 'close');
  listening.close();
  listening.closeAllConnections();
  await closed;
});

type Ask = (path: string, init?: RequestInit) => Promise<Response>;

/** By `fetch` of the application alone, as a worker calls it, and through a real server. */
const runtimes: Record<string, (app: Hono) => Promise<Ask>> = {
  'without a server of Node': async (app) => async (path, init) => app.request(path, init),
  'on @hono/node-server': async (app) => {
    server = createAdaptorServer({ fetch: app.fetch });
    const url = await listen(server as Server);
    return (path, init) => fetch(`${url}${path}`, init);
  },
};

describe.each(Object.entries(runtimes))('%s', (_, on) => {
  it('opens a scope, and records the request by its pattern', async () => {
    const ask = await on(application());
    const headers = { 'x-tenant': 'ada', 'x-request-id': 'r-1' };
    expect(await (await ask('/v1/users/no-42?token=secret', { headers })).text()).toBe('ada');
    const response = await ask('/v1/json', { headers });
    expect([response.status, response.headers.get('x-own')]).toEqual([201, '1']);
    expect(await response.json()).toEqual({ tenant: 'ada' });
    const [first, second] = await eventsOf(2);
    expect(first).toMatchObject({
      provider: 'System',
      service: 'http',
      resource: 'GET /v1/users/:id',
      outcome: 'ok',
      unit: 'request',
      metadata: {
        tenant_id: 'ada',
        request_id: 'r-1',
        http: {
          request: { method: 'GET' },
          response: { status_code: 200, body: { size: 3 } },
          route: '/v1/users/:id',
        },
      },
    });
    expect(second).toMatchObject({
      user: 'u1',
      metadata: { http: { response: { status_code: 201, body: { size: 16 } } } },
    });
    expect(JSON.stringify(memoryEvents())).not.toMatch(/secret|no-42/);
  });

  it('keeps the scope for a body that is made while it is sent, and ends with it', async () => {
    let goOn = (): void => {};
    const until = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const ask = await on(application(byHeader, until));
    const [ada, bob] = await Promise.all([
      ask('/v1/lazy', { headers: { 'x-tenant': 'ada' } }),
      ask('/v1/lazy', { headers: { 'x-tenant': 'bob' } }),
    ]);
    const begun = performance.now();
    await sleep(10);
    expect(memoryEvents()).toEqual([]);
    const heldMs = performance.now() - begun;
    goOn();
    expect(ada.headers.get('x-own')).toBe('1');
    expect(await Promise.all([ada.text(), bob.text()])).toEqual(['ada;ada;ada;', 'bob;bob;bob;']);
    const events = await eventsOf(2);
    for (const event of events) expect(event.metadata).toMatchObject({ http: { response: { body: { size: 12 } } } });
    for (const event of events) expect(event.metadata.duration_ms).toBeGreaterThan(heldMs);
  });

  it('reads a body in the scope', async () => {
    const ask = await on(application());
    const init = { method: 'POST', body: 'hello', headers: { 'x-tenant': 'ada', 'content-length': '5' } };
    expect(await (await ask('/v1/echo', init)).text()).toBe('ada:hello');
    const [event] = await eventsOf(1);
    expect(event?.metadata).toMatchObject({
      http: { request: { body: { size: 5 } }, response: { body: { size: 9 } } },
    });
  });

  it('tells what a handler threw, and that no route has matched', async () => {
    const ask = await on(application());
    for (const [path, status] of [
      ['/v1/broken', 500],
      ['/v1/forbidden', 403],
      ['/v1/nothing', 404],
    ] as const) {
      const response = await ask(path);
      expect([path, response.status]).toEqual([path, status]);
      await response.text();
    }
    expect(await eventsOf(3)).toMatchObject([
      { resource: 'GET /v1/broken', outcome: 'error', error: { type: 'RangeError', message: 'no such shelf' } },
      { resource: 'GET /v1/forbidden', outcome: 'ok', metadata: { http: { response: { status_code: 403 } } } },
      { resource: 'GET (unmatched)', outcome: 'ok', metadata: { http: { response: { status_code: 404 } } } },
    ]);
  });

  it('ends at once where nobody reads a body', async () => {
    const ask = await on(application());
    expect((await ask('/v1/lazy', { method: 'HEAD' })).status).toBe(200);
    expect(await eventsOf(1)).toMatchObject([
      { resource: 'HEAD /v1/lazy', metadata: { http: { response: { body: { size: 0 } } } } },
    ]);
  });

  it('calls a request aborted whose client has left', async () => {
    const ask = await on(application());
    const response = await ask('/v1/endless', { headers: { 'x-tenant': 'ada' } });
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('ada;');
    await reader?.cancel();
    expect(await eventsOf(1)).toMatchObject([{ resource: 'GET /v1/endless', outcome: 'aborted' }]);
  });

  it('records once where it is used twice, and takes what both know', async () => {
    const app = new Hono();
    app.use(panopticHono(byHeader));
    const inner = new Hono();
    inner.use(panopticHono({ extractMetadata: async () => ({ plan: 'pro' }) }));
    inner.get('/x', (c) => c.json(getExecutionMetadata()));
    app.route('/inner', inner);
    const ask = await on(app);
    const seen = await (await ask('/inner/x', { headers: { 'x-tenant': 'ada' } })).json();
    expect(seen).toMatchObject({ tenant_id: 'ada', plan: 'pro' });
    await sleep(20);
    expect(await eventsOf(1)).toMatchObject([{ resource: 'GET /inner/x', metadata: { plan: 'pro' } }]);
    expect(memoryEvents()).toHaveLength(1);
  });

  it('leaves alone what is ignored', async () => {
    const ask = await on(application({ ...byHeader, ignore: ['/v1/users/1'] }));
    expect(await (await ask('/v1/users/1', { headers: { 'x-tenant': 'ada' } })).text()).toBe('undefined');
    expect(memoryEvents()).toEqual([]);
  });
});

it('asks an invocation to wait until its events are sent', async () => {
  const waits: Promise<unknown>[] = [];
  const invocation = {
    waitUntil: (promise: Promise<unknown>) => void waits.push(promise),
    passThroughOnException() {},
    props: {},
  };
  const response = await application().request('/v1/lazy', {}, {}, invocation);
  expect(waits).toHaveLength(1);
  expect(await Promise.race([waits[0], sleep(20, 'waiting')])).toBe('waiting');
  await response.text();
  await waits[0];
  expect(memoryEvents()).toHaveLength(1);
});

it('refuses an option that is wrong', () => {
  expect(() => panopticHono({ recrod: false } as HonoMiddlewareOptions)).toThrow(
    /PAN4131: panopticHono has no option recrod/,
  );
});

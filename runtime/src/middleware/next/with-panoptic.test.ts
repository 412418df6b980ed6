import { setTimeout as sleep } from 'node:timers/promises';
import { workUnitAsyncStorage } from 'next/dist/server/app-render/work-unit-async-storage.external.js';
import { notFound, redirect } from 'next/navigation.js';
import { NextRequest, NextResponse } from 'next/server.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { eventsOf, recordInMemory } from '../../../../fixtures/tools/http-events.ts';
import { getExecutionMetadata, setExecutionMetadata } from '../../context/index.ts';
import { saidByCause } from '../../diagnostics/say.ts';
import { memoryEvents } from '../../panoptic.ts';
import { type NextMiddlewareOptions, withPanoptic } from './index.ts';

// as Next does before anything of it is loaded
await vi.hoisted(async () => {
  const { AsyncLocalStorage } = await import('node:async_hooks');
  Object.assign(globalThis, { AsyncLocalStorage });
});

recordInMemory();
afterEach(() => vi.unstubAllEnvs());

const byHeader: NextMiddlewareOptions = {
  extractMetadata: ({ headers }) => ({ tenant_id: headers.get('x-tenant') ?? undefined }),
};
const asked = (path: string, init: ConstructorParameters<typeof NextRequest>[1] = {}): NextRequest =>
  new NextRequest(`http://shop.example${path}`, { headers: { 'x-tenant': 'ada' }, ...init });
const ticket = { params: Promise.resolve({ id: '3' }) };

it('opens a scope, and records the request by the pattern of its route', async () => {
  const GET = withPanoptic(async (_: NextRequest, { params }: typeof ticket) => {
    await sleep(1);
    setExecutionMetadata({ user_id: `u${(await params).id}` });
    return Response.json(getExecutionMetadata()?.tenant_id, { status: 201, headers: { 'x-own': '1' } });
  }, byHeader);
  const response = await GET(asked('/api/tickets/3/summary?token=secret'), ticket);
  expect([response.status, response.headers.get('x-own'), await response.text()]).toEqual([201, '1', '"ada"']);
  const [event] = await eventsOf(1);
  expect(event).toMatchObject({
    provider: 'System',
    resource: 'GET /api/tickets/[id]/summary',
    user: 'u3',
    outcome: 'ok',
    metadata: { tenant_id: 'ada', http: { response: { status_code: 201, body: { size: 5 } } } },
  });
  expect(JSON.stringify(event)).not.toContain('secret');
});

it('takes the pattern that it is told', async () => {
  const GET = withPanoptic(() => new Response(null, { status: 204 }), { route: '/api/[kind]/list' });
  await GET(asked('/api/api/list'), { params: Promise.resolve({ kind: 'api' }) });
  expect(await eventsOf(1)).toMatchObject([{ resource: 'GET /api/[kind]/list' }]);
});

it('takes a plain request, as tests of an application send it', async () => {
  const GET = withPanoptic(() => new Response(null), { ...byHeader, ignore: ['/health'] });
  const plain = new Request('http://shop.example/api/tickets/3', { headers: { 'x-tenant': 'ada' } });
  await GET(plain as NextRequest, ticket);
  await GET(new Request('http://shop.example/health') as NextRequest, undefined);
  expect(memoryEvents()).toMatchObject([{ resource: 'GET /api/tickets/[id]', metadata: { tenant_id: 'ada' } }]);
});

it('follows a body to its end, in the scope', async () => {
  let parts = 0;
  const body = () =>
    new ReadableStream(
      {
        async pull(stream) {
          await sleep(1);
          stream.enqueue(new TextEncoder().encode(String(getExecutionMetadata()?.tenant_id)));
          if (++parts === 3) stream.close();
        },
      },
      { highWaterMark: 0 },
    );
  const GET = withPanoptic(() => new NextResponse(body()), byHeader);
  const response = await GET(asked('/stream'), undefined);
  expect(memoryEvents()).toEqual([]);
  expect(await response.text()).toBe('adaadaada');
  expect(await eventsOf(1)).toMatchObject([{ metadata: { http: { response: { body: { size: 9 } } } } }]);
});

describe('a handler that throws', () => {
  const outcomes = async (work: () => never) => {
    const GET = withPanoptic(() => work(), {});
    await expect(GET(asked('/x'), undefined)).rejects.toBeInstanceOf(Error);
    const [event] = await eventsOf(1);
    const { response } = (event?.metadata.http ?? {}) as { response?: { status_code: number } };
    return [event?.outcome, response?.status_code];
  };

  it('has failed', async () => {
    const work = (): never => {
      throw new RangeError('no such shelf');
    };
    expect(await outcomes(work)).toEqual(['error', undefined]);
    expect(memoryEvents()).toMatchObject([{ error: { type: 'RangeError', message: 'no such shelf' } }]);
  });

  it('has not, where it redirects or finds nothing', async () => {
    expect(await outcomes(() => redirect('/elsewhere'))).toEqual(['ok', 307]);
    const GET = withPanoptic(() => notFound(), {});
    await expect(GET(asked('/y'), undefined)).rejects.toThrow();
    expect((await eventsOf(2))[1]).toMatchObject({
      outcome: 'ok',
      metadata: { http: { response: { status_code: 404 } } },
    });
  });
});

it('calls a request aborted whose client has left', async () => {
  const leaves = new AbortController();
  const GET = withPanoptic(async () => {
    leaves.abort();
    return new Response(null);
  }, {});
  await GET(asked('/x', { signal: leaves.signal }), undefined);
  const cancelled = withPanoptic(() => new Response('never read'), {});
  await (await cancelled(asked('/y'), undefined)).body?.cancel();
  expect((await eventsOf(2)).map(({ resource, outcome }) => [resource, outcome])).toEqual([
    ['GET /x', 'aborted'],
    ['GET /y', 'aborted'],
  ]);
});

it('opens one scope where it is wrapped twice', async () => {
  const inner = withPanoptic(() => Response.json(getExecutionMetadata()), { extractMetadata: () => ({ plan: 'pro' }) });
  const GET = withPanoptic(inner, byHeader);
  const response = await GET(asked('/x'), undefined);
  expect(await response.json()).toMatchObject({ tenant_id: 'ada', plan: 'pro' });
  await eventsOf(1);
  expect(memoryEvents()).toHaveLength(1);
});

it('records no proxy, which answers nobody, and has it wait until events are sent', async () => {
  const waits: Promise<unknown>[] = [];
  const event = { waitUntil: (promise: Promise<unknown>) => void waits.push(promise) };
  const proxy = (options: NextMiddlewareOptions) =>
    withPanoptic(() => NextResponse.next({ headers: { 'x-tenant': String(getExecutionMetadata()?.tenant_id) } }), {
      ...byHeader,
      ...options,
    });
  const response = await proxy({})(asked('/anything/at/all'), event);
  expect([response.headers.get('x-tenant'), response.headers.get('x-middleware-next')]).toEqual(['ada', '1']);
  expect(waits).toHaveLength(0);
  await proxy({ flush: true })(asked('/anything'), event);
  expect(waits).toHaveLength(1);
  await waits[0];
  expect(memoryEvents()).toEqual([]);
  await proxy({ route: '/*' })(asked('/anything'), event);
  expect(await eventsOf(1)).toMatchObject([{ resource: 'GET /*' }]);
});

it('stands aside while pages are made ahead', async () => {
  vi.stubEnv('NEXT_PHASE', 'phase-production-build');
  let isCalled = false;
  const GET = withPanoptic(() => {
    isCalled = true;
    return Response.json(getExecutionMetadata() ?? 'no scope');
  }, byHeader);
  const answer = GET(asked('/x'), undefined);
  // Next gives what it makes ahead no time
  expect(isCalled).toBe(true);
  expect(await (await answer).json()).toBe('no scope');
  expect(memoryEvents()).toEqual([]);
});

it.each([
  ['prerender-legacy', 'no scope'],
  ['prerender', 'no scope'],
  ['request', 'ada'],
])('stands aside where Next makes a response to be kept: %s', async (type, seen) => {
  const GET = withPanoptic(() => Response.json(getExecutionMetadata()?.tenant_id ?? 'no scope'), byHeader);
  const response = await workUnitAsyncStorage.run({ type } as never, () => GET(asked('/x'), undefined));
  expect(await response.json()).toBe(seen);
  expect(await eventsOf(seen === 'ada' ? 1 : 0)).toHaveLength(seen === 'ada' ? 1 : 0);
});

it('goes on where Next has nothing to keep it awake with', async () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
  saidByCause().clear();
  const GET = withPanoptic(() => new Response('ok'), { flush: true });
  expect(await (await GET(asked('/x'), undefined)).text()).toBe('ok');
  expect(stderr.mock.calls.map(String)).toEqual([expect.stringContaining('PAN3204')]);
  stderr.mockRestore();
});

it('refuses options that are wrong', () => {
  const wrong = (options: object) => () => withPanoptic(() => new Response(), options);
  expect(wrong({ route: 'tickets', flush: 1 })).toThrow(/withPanoptic options\.route.*\n.*withPanoptic options\.flush/);
  expect(wrong({ recrod: true })).toThrow(/PAN4131: withPanoptic has no option recrod/);
});

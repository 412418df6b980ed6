import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { recordInMemory } from '../../../../fixtures/tools/http-events.ts';
import { memoryEvents } from '../../panoptic.ts';
import { HttpCore, type RequestReader } from '../core/index.ts';
import { FetchExchange } from './index.ts';

recordInMemory();

const reader: RequestReader<Request> = {
  method: ({ method }) => method,
  path: ({ url }) => url,
  header: ({ headers }, name) => headers.get(name) ?? undefined,
};

/** A request that has come to a middleware, and its client. */
function begin(method = 'GET', isGone = false) {
  const client = new AbortController();
  if (isGone) client.abort();
  const request = new Request('http://shop.example/x', { method, signal: client.signal });
  const scope = new HttpCore(reader, {}, 'test').begin(request);
  if (scope === undefined) throw new Error('No scope was opened.');
  const exchange = new FetchExchange(scope, request, () => '/x');
  const listeners = (): number => getEventListeners(request.signal, 'abort').length;
  return { exchange, listeners, leave: () => client.abort(), signal: request.signal };
}

/** What the events say of their responses. */
const seen = () =>
  memoryEvents().map(({ outcome, metadata }) => {
    const { response } = metadata.http as { response?: { status_code: number; body?: { size: number } } };
    return [outcome, response?.status_code, response?.body?.size];
  });

const isOver = ({ over }: FetchExchange) => Promise.race([over.then(() => true), sleep(5, false)]);

it('records a request at once whose client goes away before it is answered', async () => {
  const { exchange, listeners, leave } = begin();
  expect(listeners()).toBe(1);
  leave();
  expect(seen()).toEqual([['aborted', undefined, undefined]]);
  expect(listeners()).toBe(0);
  // what its handler still does is to be delivered, too
  expect(await isOver(exchange)).toBe(false);
  expect(await exchange.answer(new Response('late')).text()).toBe('late');
  expect(await isOver(exchange)).toBe(true);
  expect(seen()).toHaveLength(1);
});

it('records a request whose client was gone when it came, though its handler never ends', async () => {
  const { exchange, listeners } = begin('POST', true);
  await Promise.resolve();
  expect(seen()).toEqual([['aborted', undefined, undefined]]);
  expect(listeners()).toBe(0);
  exchange.answer(new Response('late'));
  expect(await isOver(exchange)).toBe(true);
  expect(seen()).toHaveLength(1);
});

it('records one whose handler then fails, as aborted', async () => {
  const { exchange, leave } = begin();
  leave();
  exchange.end({ incomplete: 'failed', error: new Error('the client is gone') });
  expect(await isOver(exchange)).toBe(true);
  expect(seen()).toEqual([['aborted', undefined, undefined]]);
});

it('needs nobody to cancel a body that is being sent', async () => {
  const { exchange, listeners, leave } = begin();
  let pulls = 0;
  const body = new ReadableStream({
    pull: (stream) => (pulls++ === 0 ? stream.enqueue(new Uint8Array(3)) : new Promise(() => {})),
  });
  const reading = exchange.answer(new Response(body, { status: 206 })).body?.getReader();
  await reading?.read();
  void reading?.read();
  expect(memoryEvents()).toEqual([]);
  leave();
  expect(seen()).toEqual([['aborted', 206, 3]]);
  expect(listeners()).toBe(0);
  expect(await isOver(exchange)).toBe(true);
});

it('records one whose client was gone from the beginning, although nobody reads the answer', async () => {
  const client = AbortSignal.abort();
  const request = new Request('http://shop.example/x', { signal: client });
  const scope = new HttpCore(reader, {}, 'test').begin(request);
  const exchange = new FetchExchange(scope as NonNullable<typeof scope>, request, () => '/x');
  exchange.answer(new Response('for nobody'));
  expect(seen()).toEqual([['aborted', undefined, undefined]]);
  expect(await isOver(exchange)).toBe(true);
});

it('listens to nobody any more where a request has ended, and leaves what was recorded', async () => {
  const ends: Record<string, (exchange: FetchExchange) => unknown> = {
    'a body that was read': (exchange) => exchange.answer(new Response('read')).text(),
    'one that was cancelled': (exchange) => exchange.answer(new Response('unread')).body?.cancel(),
    'one that breaks': (exchange) => {
      const broken = new ReadableStream({ pull: (stream) => stream.error(new Error('broken')) });
      return exchange
        .answer(new Response(broken))
        .text()
        .catch(() => {});
    },
    none: (exchange) => exchange.answer(new Response(null, { status: 304 })),
    'a handler that fails': (exchange) => exchange.end({ incomplete: 'failed' }),
  };
  for (const [name, end] of Object.entries(ends)) {
    const { exchange, listeners, leave } = begin();
    await end(exchange);
    expect([name, listeners()]).toEqual([name, 0]);
    leave();
  }
  expect(seen()).toEqual([
    ['ok', 200, 4],
    ['aborted', 200, 0],
    ['error', 200, 0],
    ['ok', 304, 0],
    ['error', undefined, undefined],
  ]);
});

it('answers HEAD with no body, and none for a body that is being read already', () => {
  const { exchange } = begin('HEAD');
  exchange.answer(new Response('never sent'));
  const { exchange: other } = begin();
  const read = new Response('somebody reads it');
  read.body?.getReader();
  expect(other.answer(read)).toBe(read);
  expect(seen()).toEqual([
    ['ok', 200, 0],
    ['ok', 200, undefined],
  ]);
});

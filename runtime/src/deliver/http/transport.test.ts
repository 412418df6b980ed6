import { expect, onTestFinished, test } from 'vitest';
import { type HttpSink, httpSink } from '../../../../fixtures/tools/http-sink.ts';
import { frozenEvent, sampleEvent } from '../../../../fixtures/tools/sample-events.ts';
import type { FrozenEvent } from '../transport.ts';
import { HttpFailure } from './failure.ts';
import { type HttpTransportOptions, httpTransport } from './transport.ts';

const never = new AbortController().signal;

async function sinkFor(options: Partial<HttpTransportOptions> = {}): Promise<{
  sink: HttpSink;
  send(events: readonly FrozenEvent[], signal?: AbortSignal): Promise<unknown>;
}> {
  const sink = await httpSink();
  const transport = httpTransport({ url: sink.url, ...options });
  onTestFinished(async () => {
    await transport.close?.();
    await sink.close();
  });
  return { sink, send: (events, signal = never) => transport.send(events, signal) };
}

const events = (count: number): FrozenEvent[] =>
  Array.from({ length: count }, (_, quantity) => frozenEvent(sampleEvent({ quantity })));

const quantities = (sink: HttpSink): unknown[] => sink.stored().map(({ quantity }) => quantity);

test.each(['ndjson', 'json'] as const)(
  'events are posted as %s, in JSON form, with a key for the batch',
  async (format) => {
    const { sink, send } = await sinkFor({ format, headers: { authorization: 'Bearer t' } });
    const batch = [sampleEvent({ amount: '0.10', currency: 'USD' }), sampleEvent({ service: 'größer\n' })];
    expect(await send(batch.map(frozenEvent))).toEqual({ refused: [] });
    await send(batch.map(frozenEvent));
    await send(batch.slice(1).map(frozenEvent));
    expect(sink.stored()).toEqual(batch);
    const [first, second, third] = sink.requests.map(({ headers }) => headers);
    expect(first).toMatchObject({
      'content-type': format === 'json' ? 'application/json' : 'application/x-ndjson',
      authorization: 'Bearer t',
      'idempotency-key': expect.stringMatching(/^[\da-f]{32}$/),
    });
    expect(second?.['idempotency-key']).toBe(first?.['idempotency-key']);
    expect(third?.['idempotency-key']).not.toBe(first?.['idempotency-key']);
  },
);

test('compressed bodies say so', async () => {
  const { sink, send } = await sinkFor({ compressionEnabled: true });
  await send(events(50));
  expect(sink.requests[0]?.headers).toMatchObject({ 'content-encoding': 'gzip' });
  expect(Number(sink.requests[0]?.headers['content-length'])).toBeLessThan(5000);
  expect(quantities(sink)).toHaveLength(50);
});

test('a body that names refused events is believed, with 207 and with any other 2xx', async () => {
  const { sink, send } = await sinkFor();
  for (const status of [207, 200]) {
    sink.script(() => ({ status, body: JSON.stringify({ refused: [{ index: 2, reason: 'no such tenant' }] }) }));
    expect(await send(events(3))).toEqual({ refused: [{ index: 2, reason: 'no such tenant' }] });
  }
});

test.each(['', '{}', 'garbage', '{"refused":[{"index":3}]}', '{"refused":[{"index":-1,"reason":"x"}]}'])(
  '207 that does not say which events are refused acknowledges none: %s',
  async (body) => {
    const { sink, send } = await sinkFor();
    sink.script(() => ({ status: 207, body }));
    await expect(send(events(3))).rejects.toMatchObject({ code: 'PAN6531' });
  },
);

test.each([400, 413, 422])(
  '%i: the event that is refused for good is found by halving, and the others arrive',
  async (status) => {
    const { sink, send } = await sinkFor();
    sink.script((request) =>
      request.events.some(({ quantity }) => quantity === 37 || quantity === 80)
        ? { status, body: ' not\n this ' }
        : undefined,
    );
    expect(await send(events(100))).toEqual({
      refused: [37, 80].map((index) => ({ index, reason: `the endpoint answers ${status} not this` })),
    });
    expect(quantities(sink)).toHaveLength(98);
    expect(sink.requests.length).toBeLessThan(40);
    // alone in its batch, at an endpoint that takes others
    expect(await send(events(38).slice(37))).toMatchObject({ refused: [{ index: 0 }] });
  },
);

test('an endpoint that refuses everything refuses us, and nothing is given up', async () => {
  const { sink, send } = await sinkFor();
  sink.script(() => ({ status: 400 }));
  await expect(send(events(1))).rejects.toMatchObject({ code: 'PAN6531', message: 'it answers 400' });
  await expect(send(events(7))).rejects.toThrow('it answers 400');
  sink.script(() => undefined);
  expect(await send(events(7))).toEqual({ refused: [] });
});

test.each([301, 302, 307, 401, 403, 404, 408, 415, 429, 500, 502, 503])(
  '%i: everything is to be sent again',
  async (status) => {
    const { sink, send } = await sinkFor();
    sink.script(() => ({
      status,
      headers: { location: 'http://elsewhere.invalid/?canary', 'www-authenticate': 'canary' },
    }));
    const failure = await send(events(3)).catch((error) => error);
    expect(failure).toBeInstanceOf(HttpFailure);
    expect(failure.message).toContain(`it answers ${status}`);
    expect(failure.message).not.toContain('canary');
    expect(sink.requests).toHaveLength(1);
  },
);

test('Retry-After is passed on, in seconds and as a date', async () => {
  const { sink, send } = await sinkFor();
  const retryAfter = async (value: string): Promise<number | undefined> => {
    sink.script(() => ({ status: 429, headers: { 'retry-after': value } }));
    return (await send(events(1)).catch((error) => error)).retryAfterMs;
  };
  expect(await retryAfter('120')).toBe(120_000);
  const inAMinute = await retryAfter(new Date(Date.now() + 60_000).toUTCString());
  expect(inAMinute).toBeGreaterThan(30_000);
  expect(inAMinute).toBeLessThanOrEqual(60_000);
  expect(await retryAfter('soon')).toBeUndefined();
  expect(await retryAfter('0')).toBeUndefined();
});

test('a connection that is dropped, refused or mute is a failure, and the next attempt connects again', async () => {
  const { sink, send } = await sinkFor();
  await send(events(1));
  sink.script(() => 'drop');
  await expect(send(events(1))).rejects.toMatchObject({ code: 'PAN6532' });
  sink.script(() => 'silence');
  const controller = new AbortController();
  const sending = send(events(1), controller.signal);
  await expect.poll(() => sink.requests.length).toBe(3);
  controller.abort(new Error('over'));
  await expect(sending).rejects.toThrow('over');
  await sink.down();
  await expect(send(events(1))).rejects.toMatchObject({
    code: 'PAN6532',
    message: expect.stringContaining('ECONNREFUSED'),
  });
  await sink.up();
  sink.script(() => undefined);
  await send(events(1));
  expect(sink.stored()).toHaveLength(2);
});

test('credentials in the URL are sent and shown nowhere', async () => {
  const sink = await httpSink();
  onTestFinished(sink.close);
  const url = sink.url.replace('http://', 'http://user:canary@');
  const transport = httpTransport({ url: `${url}?token=canary`, headers: { 'x-key': 'canary' } });
  await transport.send(events(1), never);
  expect(sink.requests[0]?.headers).toMatchObject({
    authorization: `Basic ${Buffer.from('user:canary').toString('base64')}`,
    'x-key': 'canary',
  });
  expect(transport.destination).toBe(sink.url);
  sink.script(({ events }) => (events.length > 1 ? { status: 200 } : { status: 422, body: 'no: x-key was canary' }));
  await transport.send(events(2), never);
  expect(await transport.send(events(1), never)).toEqual({
    refused: [{ index: 0, reason: 'the endpoint answers 422 no: x-key was ***' }],
  });
  await sink.down();
  const failure = await transport.send(events(1), never).catch((error) => error);
  expect(`${failure.stack} ${JSON.stringify(failure)}`).not.toContain('canary');
  await sink.up();
});

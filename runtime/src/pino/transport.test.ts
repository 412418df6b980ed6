import { once } from 'node:events';
import path from 'node:path';
import { Ajv } from 'ajv';
import pino, { type LoggerOptions } from 'pino';
import { expect, it, vi } from 'vitest';
import { scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { saidByCause } from '../diagnostics/say.ts';
import type { BillingEvent } from '../event/billing-event.ts';
import { decodeEvent } from '../event/document.ts';
import { toJson } from '../event/json.ts';
import { billingEventSchema } from '../event/schema.ts';
import { readLog } from '../log/reader.ts';
import panopticTransport, { billingLevels, type PinoTransportOptions } from './transport.ts';

/** Lines for the length of `write`, and the events and complaints they came to. */
async function lines(
  write: (logger: pino.Logger<keyof typeof billingLevels>, stream: NodeJS.WritableStream) => void,
  { pinoOptions = {}, ...options }: PinoTransportOptions & { pinoOptions?: LoggerOptions } = {},
): Promise<{ events: BillingEvent[]; said: string[] }> {
  const dir = path.join(scratchFolder(), '.panoptic');
  const said: string[] = [];
  const spy = vi.spyOn(console, 'error').mockImplementation((line) => said.push(String(line)));
  const stream = panopticTransport({ dir, transport: 'log', project: 'desk', env: 'test', quiet: true, ...options });
  try {
    write(
      pino({ customLevels: billingLevels, ...pinoOptions } as LoggerOptions<keyof typeof billingLevels>, stream),
      stream,
    );
    stream.end();
    await once(stream, 'close');
  } finally {
    spy.mockRestore();
  }
  const events: BillingEvent[] = [];
  for await (const { doc } of readLog(dir)) events.push(toJson(decodeEvent(doc)));
  return { events, said };
}

const validate = new Ajv({ strict: false, formats: { 'date-time': true } }).compile(billingEventSchema);

it('makes a line at a billing level an event, whole and valid', async () => {
  const before = Date.now();
  const { events, said } = await lines((logger) => {
    logger.info({ provider: 'OpenAI' }, 'none of ours');
    const request = logger.child({ tenant_id: 'acme', user_id: 7, trace_id: 't', span_id: 's' });
    const usage = { prompt_tokens: 12, cached: null };
    request.token_usage({ provider: 'open-ai', service: 'chat', model: 'gpt-4o', usage, requestId: 'r-1' });
    request.charge(
      { provider: 'Stripe', amount: '0.10', currency: 'eur', tags: ['card'], metadata: { plan: 'pro' } },
      'paid',
    );
    logger.invoice({
      provider: 'Acme',
      quantity: 3,
      unit: 'page',
      function_name: 'print',
      duration_ms: 12,
      user: 'ann',
    });
  });
  expect(said).toEqual([]);
  for (const event of events) expect(validate(event), JSON.stringify(validate.errors)).toBe(true);
  expect(events).toMatchObject([
    {
      projectId: 'desk',
      env: 'test',
      provider: 'OpenAI',
      category: 'AI',
      service: 'chat',
      resource: 'token_usage',
      model: 'gpt-4o',
      usage: { prompt_tokens: 12 },
      user: '7',
      trace: { trace_id: 't', span_id: 's' },
      metadata: { tenant_id: 'acme', request_id: 'r-1', level: 'token_usage', function_name: 'token_usage' },
    },
    {
      provider: 'Stripe',
      category: 'PAYMENT',
      amount: '0.10',
      currency: 'EUR',
      price: { status: 'priced' },
      tags: ['card'],
      metadata: { tenant_id: 'acme', plan: 'pro', message: 'paid', level: 'charge' },
    },
    {
      provider: 'Acme',
      category: 'USER_DEFINED',
      resource: 'print',
      quantity: 3,
      unit: 'page',
      user: 'ann',
      metadata: { function_name: 'print', duration_ms: 12 },
    },
  ]);
  expect(events[0]?.usage).not.toHaveProperty('cached');
  expect(new Set(events.map(({ _id }) => _id)).size).toBe(3);
  for (const { ts } of events) expect(Date.parse(ts)).toBeGreaterThanOrEqual(before);
  expect(events[0]?.metadata).not.toHaveProperty('pid');
});

it('takes the time of the line, however it is written', async () => {
  const times = ['"2026-03-01T12:00:00.000Z"', '1772366400000', '1772366400.000'];
  const { events } = await lines((_, stream) => {
    for (const time of times) stream.write(`{"level":34,"time":${time},"provider":"Stripe"}\n`);
  });
  expect(events.map(({ ts }) => ts)).toEqual(times.map(() => '2026-03-01T12:00:00.000Z'));
});

it('makes an error of a line with one', async () => {
  const { events } = await lines((logger) => {
    const failed = Object.assign(new TypeError('no card at mongodb://ann:c4n4ry@db/'), { code: 'E1' });
    logger.charge({ provider: 'Stripe', err: failed });
  });
  expect(events).toMatchObject([
    { outcome: 'error', error: { type: 'TypeError', message: 'no card at mongodb://db/', code: 'E1' } },
  ]);
  expect(JSON.stringify(events)).not.toContain('c4n4ry');
});

it('counts and names lines that are no events, and goes on', async () => {
  const { events, said } = await lines((logger, stream) => {
    logger.charge({ amount: 1 });
    logger.charge({ provider: '' });
    stream.write('{"level":34,"provider":\n');
    stream.write('not JSON at all\n');
    stream.write('null\n[]\n7\n');
    logger.charge({ provider: 'Stripe', amount: 'much', quantity: { a: 1 } });
  });
  expect(events).toMatchObject([{ provider: 'Stripe', quantity: 1 }]);
  expect(events[0]).not.toHaveProperty('amount');
  expect(said.filter((line) => line.includes('PAN6551')).join('\n')).toMatch(/it has no provider.*\n.*it is not JSON/);
  expect(said.join('\n')).toContain('PAN5101: "amount" of charge is left out');
});

it('says once that lines are not JSON, and nothing of what is in them', async () => {
  saidByCause().clear();
  const { said } = await lines((_, stream) => {
    for (let n = 0; n < 20; n++) stream.write(`c4n4ry${n}, {"level":34,"password":"c4n4ry${'x'.repeat(n)}" }\n`);
  });
  expect(said.filter((line) => line.includes('PAN6551'))).toEqual([expect.stringContaining('it is not JSON')]);
  expect(said.join('\n')).not.toContain('c4n4');
});

it('knows levels by other numbers, and by their names', async () => {
  const pinoOptions: LoggerOptions = { formatters: { level: (level) => ({ level }) } };
  const named = await lines((logger) => logger.charge({ provider: 'Stripe' }), { pinoOptions });
  expect(named.events).toHaveLength(1);
  const numbered = await lines(
    (_, stream) => {
      stream.write('{"level":71,"provider":"Stripe"}\n{"level":34,"provider":"Stripe"}\n');
      stream.write('{"severity":"x","level":71,"provider":"AWS"}\n');
    },
    { levels: { charge: 71 } },
  );
  expect(numbered.events.map(({ provider }) => provider)).toEqual(['Stripe', 'AWS']);
});

it('says which levels are none, and leaves them out', async () => {
  const levels = { charge: 'x', quota: Number.NaN, chrage: 70 } as unknown as NonNullable<
    PinoTransportOptions['levels']
  >;
  const { events, said } = await lines((logger) => logger.charge({ provider: 'Stripe' }), { levels });
  expect(events).toHaveLength(1);
  expect(said).toEqual([
    expect.stringContaining('PAN4101: levels.charge must be a number'),
    expect.stringContaining('PAN4101: levels.quota must be a number'),
    expect.stringContaining('PAN4101: levels.chrage is no billing level'),
  ]);
});

it('says what is wrong with its options, without what pino adds to them', async () => {
  const wrong = { maxEventsPerBatch: 0, $context: {}, pinoWillSendConfig: true } as PinoTransportOptions;
  const { events, said } = await lines((logger) => logger.charge({ provider: 'Stripe' }), wrong);
  expect(events).toHaveLength(1);
  expect(said).toEqual([expect.stringContaining('PAN4101: maxEventsPerBatch must be')]);
});

it('says that its options are no object, and goes on', async () => {
  const said: string[] = [];
  const spy = vi.spyOn(console, 'error').mockImplementation((line) => said.push(String(line)));
  const stream = panopticTransport(null as never);
  stream.end();
  await once(stream, 'close');
  spy.mockRestore();
  expect(said).toEqual([expect.stringContaining('PAN4101: options of the transport of pino must be an object.')]);
});

it('records nothing when it is disabled', async () => {
  const { events } = await lines((logger) => logger.charge({ provider: 'Stripe' }), { disabled: true });
  expect(events).toEqual([]);
});

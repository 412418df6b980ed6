import { pino } from 'pino';
import { pino as pino9 } from 'pino-9';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type KeptLines, keepLines } from '../../../fixtures/tools/lines.ts';
import type { PanopticError } from '../config/error.ts';
import { withExecutionMetadata } from '../context/index.ts';
import { saidByCause } from '../diagnostics/say.ts';
import type { BillingEvent } from '../event/billing-event.ts';
import { invalidValues } from '../event/invalid.ts';
import { runtimeState } from '../instrument/state.ts';
import { clearMemoryEvents, createPanoptic, flush, memoryEvents, type Panoptic, stats } from '../panoptic.ts';
import { type BillingLevel, billingLevels } from '../pino/levels.ts';
import { createProviderLogger } from './create.ts';
import type { LoggerOptions, ReadyLogger } from './options.ts';

const [PINO = 0, PINO_MINOR = 0] = pino.version.split('.').map(Number);

let said: string[];

beforeEach(() => {
  said = [];
  vi.spyOn(console, 'error').mockImplementation((line) => said.push(String(line)));
  saidByCause().clear();
  invalidValues().clear();
});
afterEach(() => vi.restoreAllMocks());

const LEVELS = Object.keys(billingLevels) as BillingLevel[];

/** Panoptic with events in memory, and loggers that write to `lines`. */
function start(options: LoggerOptions = {}): Panoptic & KeptLines {
  const kept = keepLines();
  const panoptic = use({ destination: kept, ...options });
  return { ...panoptic, ...kept };
}

function use(logger?: LoggerOptions | ReadyLogger): Panoptic {
  const panoptic = createPanoptic({ transport: 'memory', project: 'desk', ...(logger && { logger }) });
  clearMemoryEvents();
  return panoptic;
}

/** The one event of the test. */
function theEvent(): BillingEvent {
  const events = memoryEvents();
  expect(events).toHaveLength(1);
  return events[0] as BillingEvent;
}

function codesOf(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    return (error as PanopticError).problems.map(({ code, name }) => `${code} ${name}`);
  }
  return [];
}

describe('a line at a billing level', () => {
  it.each(LEVELS)('%s is written, and is an event', (level) => {
    const { getLogger, lines } = start();
    getLogger('stripe', 'cards')[level]({ amount: '0.30', currency: 'eur', invoice_id: 'i-1' }, 'for %s', 'ann');
    expect(lines).toMatchObject([
      { level: billingLevels[level], provider: 'Stripe', service: 'cards', amount: '0.30', msg: 'for ann' },
    ]);
    expect(theEvent()).toMatchObject({
      projectId: 'desk',
      provider: 'Stripe',
      category: 'PAYMENT',
      service: 'cards',
      resource: level,
      amount: '0.30',
      currency: 'EUR',
      outcome: 'ok',
      metadata: { function_name: level, level, message: 'for ann', invoice_id: 'i-1' },
    });
    expect(theEvent().metadata).not.toHaveProperty('pid');
  });

  it('carries the execution metadata it is written in; bindings and fields are merged over that', async () => {
    const { getLogger } = start();
    const charge = async (tenant: string): Promise<void> =>
      withExecutionMetadata({ tenant_id: tenant, user_id: 'u', plan: { name: 'pro', seats: 1 } }, async () => {
        const logger = getLogger('Stripe').child({ plan: { seats: 2 }, order: 'o-1' });
        await new Promise((done) => setTimeout(done, Math.random() * 10));
        logger.charge({ amount: 1, metadata: { plan: { tax: true } } });
      });
    await Promise.all(['a', 'b', 'c'].map(charge));
    const events = memoryEvents();
    expect(events.map(({ metadata }) => metadata.tenant_id).sort()).toEqual(['a', 'b', 'c']);
    for (const event of events) {
      expect(event).toMatchObject({
        user: 'u',
        metadata: { plan: { name: 'pro', seats: 2, tax: true }, order: 'o-1' },
      });
    }
  });

  it('may say itself who it is for', () => {
    const { getLogger } = start();
    withExecutionMetadata({ user_id: 'u', trace_id: 't0' }, () => {
      getLogger('Stripe').child({ user_id: 7 }).charge({ trace_id: 't', span_id: 's' });
    });
    expect(theEvent()).toMatchObject({ user: '7', trace: { trace_id: 't', span_id: 's' } });
  });

  it('is an event with outcome error where it has one', () => {
    const { getLogger } = start();
    const logger = getLogger('Stripe');
    logger.charge(Object.assign(new TypeError('no card at mongodb://ann:c4n4ry@db/'), { code: 'E1' }));
    logger.charge({ err: new DOMException('gone', 'AbortError') }, 'left');
    logger.charge({ err: 'declined' });
    expect(memoryEvents()).toMatchObject([
      { outcome: 'error', error: { type: 'TypeError', message: 'no card at mongodb://db/', code: 'E1' } },
      { outcome: 'aborted', metadata: { message: 'left' } },
      { outcome: 'error', error: { message: 'declined' } },
    ]);
    expect(JSON.stringify(memoryEvents())).not.toContain('c4n4ry');
  });

  it('tells of an error what errors may tell, once', () => {
    const destination = keepLines();
    const panoptic = createPanoptic({ transport: 'memory', redact: ['ann@example.com'], logger: { destination } });
    clearMemoryEvents();
    const logger = panoptic.getLogger('Stripe');
    logger.charge(new Error('no account for ann@example.com'));
    logger.charge({ err: new Error('declined', { cause: new Error('ann@example.com is unknown') }) });
    logger.charge({ err: new Error('m'.repeat(2000)) });
    expect(memoryEvents().map(({ error, metadata }) => [error?.type, error?.message, metadata.message])).toEqual([
      ['Error', 'no account for ***', undefined],
      ['Error', 'declined: *** is unknown', undefined],
      ['Error', 'm'.repeat(1024), undefined],
    ]);
  });

  it('may name another provider, and when it was', () => {
    const { getLogger } = start();
    getLogger('Stripe').charge({ provider: 'aws', time: Date.UTC(2026, 2, 1), duration_ms: 5, function_name: 'pay' });
    expect(theEvent()).toMatchObject({
      provider: 'AWS',
      category: 'CLOUD',
      resource: 'pay',
      metadata: { duration_ms: 5, function_name: 'pay' },
    });
    expect(Math.abs(Date.parse(theEvent().ts) - Date.UTC(2026, 2, 1))).toBeLessThan(10);
  });

  it('is an event at every level of the logger, and says that it is enabled', () => {
    const { getLogger, createLogger, lines } = start({ level: 'error' });
    getLogger('Stripe').charge({ amount: 1 });
    getLogger('Stripe').info('hidden');
    const silent = createLogger('Stripe');
    silent.level = 'silent';
    expect(silent.isLevelEnabled('charge')).toBe(true);
    expect(silent.isLevelEnabled('info')).toBe(false);
    silent.child({}, { level: 'fatal' }).charge({ amount: 2 });
    getLogger('Stripe').error('shown');
    expect(lines).toMatchObject([{ msg: 'shown' }]);
    expect(memoryEvents().map(({ amount }) => amount)).toEqual(['1', '2']);
  });

  it('is written and is no event when Panoptic is switched off', () => {
    const { lines, ...logger } = keepLines();
    const before = stats().recorded;
    const off = createPanoptic({ transport: 'memory', disabled: true, logger: { destination: logger } });
    off.getLogger('Stripe').charge({ amount: 1 }, 'paid');
    expect(lines).toMatchObject([{ msg: 'paid', amount: 1 }]);
    expect(stats().recorded).toBe(before);
  });

  it('is an event whatever happens to calls that are very many, or the same', () => {
    const volume = { sampling: 0, dedupe: 60_000, aggregate: 60_000, rateLimit: 1 };
    const panoptic = createPanoptic({ transport: 'memory', logger: { level: 'silent' }, ...volume });
    clearMemoryEvents();
    for (let n = 0; n < 50; n++) panoptic.getLogger('Stripe').charge({ amount: '0.10' });
    expect(memoryEvents()).toHaveLength(50);
    for (const event of memoryEvents()) expect(event).not.toHaveProperty('sample_rate');
    use();
  });

  it('has the call it is written in as its parent, where calls are traced', () => {
    const panoptic = createPanoptic({ transport: 'memory', trace: true, logger: { level: 'silent' } });
    clearMemoryEvents();
    const pay = panoptic.wrap(() => panoptic.getLogger('Stripe').charge({ amount: 1 }), { provider: 'System' });
    pay();
    const [charge, call] = memoryEvents();
    expect(charge).toMatchObject({ resource: 'charge', parent: call?._id });
    use();
  });

  it('says that it is an event already', () => {
    const { getLogger, lines } = start();
    getLogger('Stripe').charge({ amount: 1 });
    getLogger('Stripe').info('paid');
    expect(lines).toMatchObject([{ panoptic: 'recorded' }, {}]);
    expect(lines[1]).not.toHaveProperty('panoptic');
  });
});

describe('rubbish', () => {
  it('is written, and what is valid is kept; the rest is named once', () => {
    const { getLogger, lines } = start();
    const logger = getLogger('OpenAI', 'chat');
    const rubbish = {
      amount: Number.NaN,
      quantity: Number.POSITIVE_INFINITY,
      currency: 'euros',
      model: () => 'gpt',
      usage: { prompt_tokens: 3, cached: Number.NaN },
      provider: '',
      note: 'kept',
    } as object;
    for (let n = 0; n < 3; n++) logger.charge(rubbish);
    expect(lines).toHaveLength(3);
    expect(memoryEvents()[0]).toMatchObject({
      provider: 'OpenAI',
      service: 'chat',
      quantity: 1,
      usage: { prompt_tokens: 3 },
      metadata: { note: 'kept' },
    });
    for (const field of ['amount', 'currency', 'model', 'usage'])
      expect(memoryEvents()[0]).not.toHaveProperty(field === 'usage' ? 'usage.cached' : field);
    for (const field of ['amount', 'quantity', 'currency', 'model', 'usage.cached', 'provider']) {
      expect(said.filter((line) => line.includes(`PAN5101: "${field}" of charge`))).toHaveLength(1);
    }
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 42],
    ['a text', 'paid'],
    ['a list', [1]],
    ['a circle', circle()],
    ['a big integer', { amount: 12345678901234567890n }],
    [
      'what throws',
      {
        toJSON: () => {
          throw new Error('no');
        },
      },
    ],
    [
      'a proxy',
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('no');
          },
        },
      ),
    ],
  ])('%s does no harm', (_, given) => {
    const { getLogger } = start();
    const charge = getLogger('Stripe').charge as unknown as (given: unknown) => void;
    try {
      charge.call(getLogger('Stripe'), given);
    } catch (error) {
      // pino itself goes through the keys of what it is given
      expect(String(error)).toBe('Error: no');
    }
    expect(memoryEvents().length).toBeLessThanOrEqual(1);
    for (const { provider } of memoryEvents()) expect(provider).toBe('Stripe');
  });

  it('keeps every digit of a large amount', () => {
    const { getLogger } = start();
    getLogger('Stripe').charge({ amount: 12345678901234567890n });
    expect(theEvent().amount).toBe('12345678901234567890');
  });

  it('keeps no more of a line than of any other value', () => {
    const { getLogger } = start();
    getLogger('OpenAI').token_usage({ prompt: 'x'.repeat(1_000_000) });
    expect(String(theEvent().metadata.prompt)).toHaveLength(1024);
  });
});

function circle(): object {
  const object: Record<string, unknown> = { amount: 1 };
  object.self = object;
  return object;
}

describe('what pino is told', () => {
  it('redact: neither the line nor the event says it', () => {
    const { getLogger, lines } = start({ redact: ['card.number', 'user', 'secret'] });
    const logger = getLogger('Stripe').child({ secret: 'c4n4ry' });
    logger.charge({ card: { number: 'c4n4ry', brand: 'x' }, user: 'c4n4ry' });
    logger.child({}, { redact: ['pin'] }).charge({ pin: 'c4n4ry' });
    expect(JSON.stringify([lines, memoryEvents()])).not.toContain('c4n4ry');
    expect(memoryEvents()[0]).toMatchObject({ user: '[Redacted]', metadata: { card: { brand: 'x' } } });
  });

  it('serializers, mixin, base and name show in the event', () => {
    const mixin = vi.fn(() => ({ region: 'eu' }));
    const pinoOptions = { mixin, serializers: { customer: ({ id }: { id: string }) => id }, name: 'billing' };
    const { getLogger } = start({ pinoOptions });
    getLogger('Stripe').charge({ customer: { id: 'c-1', card: 'c4n4ry' } });
    expect(theEvent().metadata).toMatchObject({ customer: 'c-1', region: 'eu', name: 'billing' });
    expect(mixin).toHaveBeenCalledTimes(1);
  });

  it('other keys, and labels in place of numbers of levels', () => {
    const { getLogger, lines } = start({
      pinoOptions: {
        messageKey: 'message',
        errorKey: 'error',
        formatters: { level: (severity) => ({ severity }) },
        timestamp: () => ',"@timestamp":"now"',
      },
    });
    getLogger('Stripe').charge({ error: new TypeError('declined'), amount: 3 }, 'not paid');
    expect(lines).toMatchObject([{ severity: 'charge', message: 'not paid', '@timestamp': 'now' }]);
    expect(theEvent()).toMatchObject({
      resource: 'charge',
      amount: '3',
      error: { type: 'TypeError', message: 'declined' },
      metadata: { message: 'not paid' },
    });
  });

  it('one key for everything that is logged', () => {
    const { getLogger, lines } = start({ pinoOptions: { nestedKey: 'payload' } });
    getLogger('Stripe').charge({ amount: 3, order: 'o-1' });
    expect(lines).toMatchObject([{ payload: { amount: 3 } }]);
    expect(theEvent()).toMatchObject({ amount: '3', metadata: { order: 'o-1' } });
    expect(theEvent().metadata).not.toHaveProperty('payload');
  });

  it('a formatter that takes a value away is told of', () => {
    const { getLogger } = start({ pinoOptions: { formatters: { log: ({ amount: _, ...more }) => more } } });
    getLogger('Stripe').charge({ amount: 3, quantity: 2 });
    expect(theEvent()).toMatchObject({ quantity: 2, price: { status: 'unpriced' } });
    expect(said.join()).toContain('PAN5101: "amount" of charge');
  });

  const hasStreamWrite = PINO > 9 || PINO_MINOR >= 6;
  it.runIf(hasStreamWrite)('a hook that makes something else of lines leaves what an event is made of', () => {
    const written: string[] = [];
    const { getLogger } = use({
      destination: { write: (line) => written.push(line) },
      pinoOptions: { hooks: { streamWrite: (line) => `PAID ${line.length}\n` } },
    });
    getLogger('Stripe', 'cards').charge({ amount: 3 });
    expect(written).toEqual([expect.stringMatching(/^PAID \d+\n$/)]);
    expect(theEvent()).toMatchObject({ provider: 'Stripe', service: 'cards', amount: '3' });
  });

  it('more levels, other numbers, and the other direction', () => {
    const { getLogger, lines } = start({
      level: 'audit',
      pinoOptions: { customLevels: { audit: 70, charge: 80 }, levelComparison: 'DESC' },
    });
    const logger = getLogger('Stripe') as unknown as Record<string, (fields: object) => void>;
    logger.audit?.({ n: 1 });
    logger.charge?.({ n: 2 });
    logger.invoice?.({ n: 3 });
    expect(lines).toMatchObject([
      { level: 70, n: 1 },
      { level: 35, n: 3 },
    ]);
    expect(memoryEvents().map(({ resource }) => resource)).toEqual(['charge', 'invoice']);
  });
});

describe('loggers', () => {
  it('are the same for a provider and a service, and new where they were asked for as new', () => {
    const { getLogger, createLogger } = start();
    expect(getLogger('open-ai', 'chat')).toBe(getLogger('OpenAI', 'chat'));
    expect(getLogger('OpenAI', 'chat')).toBe(createProviderLogger({ provider: 'OpenAI', service: 'chat' }));
    expect(getLogger('OpenAI', 'chat')).not.toBe(getLogger('OpenAI'));
    expect(createLogger('OpenAI')).not.toBe(createLogger('OpenAI'));
    expect(createLogger('OpenAI')).not.toBe(getLogger('OpenAI'));
    const level = createLogger('OpenAI');
    level.level = 'trace';
    expect(getLogger('OpenAI').level).toBe('info');
  });

  it('with bindings are never given to somebody who asked without, or with others', () => {
    start();
    const a = createProviderLogger({ provider: 'OpenAI', tenant_id: 'a' });
    const b = createProviderLogger({ provider: 'OpenAI', tenant_id: 'b' });
    createProviderLogger({ provider: 'OpenAI' }).charge('none');
    a.charge('a');
    b.charge('b');
    expect(memoryEvents().map(({ metadata }) => metadata.tenant_id)).toEqual([undefined, 'a', 'b']);
  });

  it('that were made while modules load follow createPanoptic, bindings and children included', () => {
    use();
    const loggers = [
      createProviderLogger({ provider: 'Stripe' }),
      createProviderLogger({ provider: 'Stripe', shop: 's' }),
      createProviderLogger({ provider: 'Stripe' }).child({ shop: 'c' }),
    ];
    const { lines } = start({ level: 'debug', redact: ['card'], pinoOptions: { base: { app: 'desk' } } });
    for (const logger of loggers) {
      logger.debug('hello');
      logger.charge({ card: 'c4n4ry' });
    }
    // a child of pino 9 has a level of its own from the beginning
    expect(lines).toHaveLength(PINO > 9 ? 6 : 5);
    expect(lines[0]).toMatchObject({ app: 'desk', provider: 'Stripe' });
    expect(lines[0]).not.toHaveProperty('pid');
    expect(lines[2]).toMatchObject({ shop: 's' });
    expect(lines[4]).toMatchObject({ shop: 'c' });
    expect(memoryEvents()).toHaveLength(3);
    expect(JSON.stringify(memoryEvents())).not.toContain('c4n4ry');
  });

  it('stay as they are when createPanoptic is called again with the same options', async () => {
    const kept = keepLines();
    const logger = { destination: kept, pinoOptions: { base: null } };
    const first = use(logger).getLogger('Stripe');
    first.level = 'debug';
    const prototype = Object.getPrototypeOf(first);
    expect(use({ ...logger, pinoOptions: { base: null } }).getLogger('Stripe')).toBe(first);
    expect(Object.getPrototypeOf(first)).toBe(prototype);
    await flush();
    first.debug('still there');
    expect(kept.lines).toHaveLength(1);
  });

  it('of which nobody knows any more are forgotten', () => {
    const { createLogger } = start();
    for (let n = 0; n < 5000; n++) createLogger('Stripe', `s${n}`);
    createLogger('Stripe').charge({ amount: 1 });
    expect(memoryEvents()).toHaveLength(1);
  });

  it('with very many functions and providers in their lines keep their events', () => {
    const { getLogger } = start({ level: 'silent' });
    const before = runtimeState().sites.length;
    const logger = getLogger('Stripe');
    for (let n = 0; n < 3000; n++) logger.charge({ function_name: `f${n}`, provider: `p${n % 10} & sons` });
    expect(runtimeState().sites.length - before).toBeLessThan(1100);
    expect(new Set(memoryEvents().map(({ resource }) => resource)).size).toBe(3000);
  });
});

describe.each([
  ['pino 10', pino],
  ['pino 9', pino9 as unknown as typeof pino],
])('a logger of the application, %s', (_, make) => {
  it('writes the lines, as it is set to', () => {
    const kept = keepLines();
    const own = make({ base: { app: 'desk' }, redact: ['card'], messageKey: 'message' }, kept);
    const { getLogger } = use(own);
    withExecutionMetadata({ tenant_id: 'acme' }, () => getLogger('Stripe').charge({ amount: 1, card: 'x' }, 'paid'));
    getLogger('Stripe').info('told');
    own.info('its own');
    expect(kept.lines).toMatchObject([
      {
        level: 34,
        app: 'desk',
        provider: 'Stripe',
        amount: 1,
        card: '[Redacted]',
        message: 'paid',
        panoptic: 'recorded',
      },
      { level: 30, message: 'told' },
      { message: 'its own' },
    ]);
    expect(theEvent()).toMatchObject({
      amount: '1',
      metadata: { tenant_id: 'acme', message: 'paid', card: '[Redacted]' },
    });
    expect(own).not.toHaveProperty('charge');
  });

  it('may have billing levels, and levels of its own beside them', () => {
    const kept = keepLines();
    const own = make({ customLevels: { ...billingLevels, audit: 45, charge: 70 }, level: 'audit' }, kept);
    const { getLogger } = use(own);
    const logger = getLogger('Stripe', 'own levels').child({}) as unknown as Record<string, (fields: object) => void>;
    logger.audit?.({ n: 1 });
    logger.charge?.({ n: 2 });
    logger.quota?.({ n: 3 });
    own.charge({ n: 4 });
    expect(kept.lines).toMatchObject([{ level: 45 }, { level: 70 }, { level: 70, n: 4 }]);
    expect(memoryEvents().map(({ resource }) => resource)).toEqual(['charge', 'quota']);
  });

  it('may write to several streams by their levels', () => {
    const [all, errors] = [keepLines(), keepLines()];
    const streams = [
      { level: 'info', stream: all },
      { level: 'error', stream: errors },
    ] as const;
    const { getLogger } = use(make({}, make.multistream([...streams])));
    getLogger('Stripe').charge({ n: 1 });
    getLogger('Stripe').error({ n: 2 });
    expect(all.lines.map(({ n }) => n)).toEqual([1, 2]);
    expect(errors.lines.map(({ n }) => n)).toEqual([2]);
  });

  it('may come and go', () => {
    const [first, second] = [keepLines(), keepLines()];
    const logger = use(make({}, first)).getLogger('Stripe');
    logger.charge({ n: 1 });
    use(make({}, second));
    logger.charge({ n: 2 });
    use({ destination: first });
    logger.charge({ n: 3 });
    expect([first, second].map(({ lines }) => lines.map(({ n }) => n))).toEqual([[1, 3], [2]]);
  });

  it('cannot be one with other levels only', () => {
    use().getLogger('Stripe');
    const own = make({ customLevels: { audit: 45 } });
    expect(codesOf(() => use(own as unknown as ReadyLogger))).toEqual(['PAN4122 logger']);
  });
});

describe('what is wrong is said at creation', () => {
  it('of providers and services', () => {
    const { getLogger, createLogger } = start();
    expect(codesOf(() => getLogger('OpenIA'))).toEqual(['PAN4111 getLogger: provider']);
    expect(codesOf(() => createLogger(''))).toEqual(['PAN4110 createLogger: provider']);
    expect(codesOf(() => getLogger('OpenAI', 3 as never))).toEqual(['PAN4121 getLogger: service']);
    expect(codesOf(() => createProviderLogger('OpenAI' as never))).toEqual(['PAN4121 context']);
    expect(codesOf(() => createProviderLogger({ service: 'x' } as never))).toEqual([
      'PAN4110 createProviderLogger: provider',
    ]);
  });

  it('of what only pino can judge, and nothing is changed then', () => {
    const { getLogger, lines } = start();
    const logger = getLogger('Stripe');
    expect(codesOf(() => use({ redact: ['not a ] path'] }))).toEqual(['PAN4123 logger']);
    expect(codesOf(() => use({ transport: { target: 'there-is-none' } }))).toEqual(['PAN4123 logger.transport']);
    expect(codesOf(() => use({ destination: `${import.meta.filename}/below a file` }))).toEqual([
      'PAN4123 logger.destination',
    ]);
    expect(codesOf(() => use({ pinoOptions: { useOnlyCustomLevels: true } }))).toEqual(['PAN4123 logger']);
    expect(codesOf(() => use(logger))).toEqual(['PAN4122 logger']);
    logger.info('as before');
    expect(lines).toMatchObject([{ msg: 'as before' }]);
  });
});

import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import { expectTypeOf, it } from 'vitest';
import type { createPanoptic, Panoptic } from '../panoptic.ts';
import type { createProviderLogger } from './create.ts';
import type { BillingFields, BillingLogger } from './types.ts';

declare const logger: BillingLogger;
declare const panoptic: Panoptic;
declare const create: typeof createPanoptic;

/** Type-checked, never run. */
function typed(): void {
  logger.charge({ amount: '0.30', currency: 'EUR' }, 'paid by %s', 'ann');
  logger.charge({ amount: 3n, quantity: 2, tags: ['card'], anything: { else: true } });
  logger.billing('a text alone');
  logger.invoice(new Error('an error alone'), 'not sent');
  const usage: { prompt_tokens: number; details?: { cached: number } } | undefined = { prompt_tokens: 12 };
  logger.token_usage({ model: 'gpt-4o', usage });
  logger.quota({ user: 7, metadata: { plan: 'pro' } });
  logger.info({ any: 'thing' }, 'as pino');
  logger.warn('as pino %d', 3);
  logger.level = 'debug';

  // @ts-expect-error an amount is a number or a text
  logger.charge({ amount: true });
  // @ts-expect-error a currency is a text
  logger.charge({ currency: 978 });
  // @ts-expect-error a usage is an object
  logger.token_usage({ usage: 12 });
  // @ts-expect-error a model is a text
  logger.token_usage({ model: { name: 'gpt-4o' } });
  // @ts-expect-error no such level
  logger.charged({ amount: 1 });
  // @ts-expect-error a level is no property to write to
  logger.charge = () => {};

  const child = logger.child({ tenant_id: 'acme', model: 'gpt-4o' });
  expectTypeOf(child).toEqualTypeOf<BillingLogger>();
  child.charge({ amount: 1 });
  child.child({}).invoice({ amount: 1 });
  // @ts-expect-error bindings are fields, too
  logger.child({ amount: true });
  const audited = logger.child({}, { customLevels: { audit: 45 } });
  audited.audit({ who: 'ann' });
  audited.child({}).charge({ amount: 1 });
  audited.child({}).audit('again');

  expectTypeOf(panoptic.getLogger).toEqualTypeOf<(provider: string, service?: string) => BillingLogger>();
  expectTypeOf<Parameters<typeof createProviderLogger>[0]>().toExtend<BillingFields>();
  // @ts-expect-error a provider is required
  expectTypeOf<Parameters<typeof createProviderLogger>[0]>().toEqualTypeOf<{ service: string }>();

  // other libraries take it for what it is
  expectTypeOf<BillingLogger>().toExtend<FastifyBaseLogger>();
  expectTypeOf<BillingLogger>().toExtend<pino.BaseLogger>();

  create({ logger: pino() });
  create({ logger: pino({ customLevels: { audit: 45 } }) });
  create({ logger: { level: 'debug', transport: { target: 'pino-pretty', options: { colorize: true } } } });
  create({ logger: { transport: { targets: [{ target: 'a', level: 'warn' }, { pipeline: [{ target: 'b' }] }] } } });
  create({ logger: { destination: process.stderr, redact: ['card.number'], pinoOptions: { base: null } } });
  create({ logger: { pinoOptions: { mixin: () => ({ region: 'eu' }), customLevels: { audit: 45 } } } });
  // @ts-expect-error has an option of its own
  create({ logger: { pinoOptions: { level: 'debug' } } });
  // @ts-expect-error no such option
  create({ logger: { target: 'pino-pretty' } });
}

it('has types that are checked with the tests', () => {
  expectTypeOf(typed).toBeFunction();
});

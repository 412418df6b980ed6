import { afterEach, expect, it } from 'vitest';
import { clearMemoryEvents, createPanoptic, flush, memoryEvents, wrap } from '../index.ts';
import type { PanopticOptions } from './options.ts';
import { resolveConfig } from './resolve.ts';

const resolve = (options: unknown) => resolveConfig(options as PanopticOptions, {}, '/');
const problems = (options: unknown): string[] =>
  resolve(options).problems.map(({ code, name, message }) => `${code} ${name}: ${message}`);

afterEach(() => void createPanoptic({ transport: 'memory' }));

it.each([null, 'Acme', 5, ['Acme']])('are an object, and not %j', (providers) => {
  expect(problems({ providers })).toEqual([
    "PAN4101 providers: providers must be an object such as { 'Acme LLM': 'AI' }.",
  ]);
});

it('are refused each with its path, and none of them is used then', () => {
  const providers = { Acme: 'AI', Initech: { category: 5, aliases: [''] }, Hooli: null };
  expect(problems({ providers }).map((line) => line.slice(0, line.indexOf(':')))).toEqual([
    'PAN4101 providers["Initech"].category',
    'PAN4101 providers["Initech"].aliases',
    'PAN4101 providers["Hooli"]',
  ]);
  expect(resolve({ providers }).config.providers).toEqual({});
  expect(() => createPanoptic({ transport: 'memory', providers } as unknown as PanopticOptions)).toThrow('PAN4101');
});

it('are copied, so that nobody changes them later', () => {
  const providers = { Acme: { category: 'AI', aliases: ['acme-inc'] } };
  const { config } = resolve({ providers });
  providers.Acme.aliases.push('other');
  expect(config.providers).toEqual({ Acme: { category: 'AI', aliases: ['acme-inc'] } });
});

it('are known to the rules beside them, by all their names', () => {
  const providers = { Acme: { aliases: ['tps'] } };
  const rules = [{ provider: 'TPS', rate: 0.5 }];
  expect(resolve({ providers, sampling: { rules } }).config.sampling?.rules[0]?.provider).toBe('Acme');
  expect(problems({ providers: { Initech: 'AI' }, sampling: { rules: [{ provider: 'Intiech', rate: 0.5 }] } })).toEqual(
    [expect.stringContaining("PAN4111 sampling.rules[0].provider: sampling.rules[0].provider is 'Intiech'")],
  );
});

it('give events their name and category, also of a function that was wrapped before', async () => {
  createPanoptic({ transport: 'memory' });
  clearMemoryEvents();
  const early = wrap(() => 1, { provider: 'Globex' });
  expect(() => wrap(() => 1, { provider: 'tps' })).not.toThrow();
  createPanoptic({ transport: 'memory', providers: { Globex: 'FAX', Acme: { category: 'AI', aliases: ['tps'] } } });
  early();
  wrap(() => 1, { provider: 'TPS' })();
  createPanoptic({ transport: 'memory' });
  wrap(() => 1, { provider: 'Globex', service: 'later' })();
  await flush();
  expect(memoryEvents().map(({ provider, category }) => [provider, category])).toEqual([
    ['Globex', 'FAX'],
    ['Acme', 'AI'],
    ['Globex', 'USER_DEFINED'],
  ]);
});

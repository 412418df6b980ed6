import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PanopticOptions } from './options.ts';
import { resolveConfig } from './resolve.ts';

const resolve = (options: unknown, env = {}) => resolveConfig(options as PanopticOptions, env, '/');
const problems = (options: unknown, env = {}): string[] =>
  resolve(options, env).problems.map(({ code, name, message }) => `${code} ${name}: ${message.slice(name.length + 1)}`);

test('all of it is off by default', () => {
  expect(resolve({}).config).toMatchObject({
    sampling: undefined,
    rateLimit: undefined,
    dedupe: undefined,
    aggregate: undefined,
  });
});

test('a number stands for the first member, in the environment as well', () => {
  const expected = {
    sampling: { rate: 0.1, rules: [], keepErrors: true, keepPriced: true },
    rateLimit: { eventsPerSecond: 500, burst: 500, per: 'process' },
    dedupe: { ttl: 1000, rules: [], context: undefined, maxEntries: 10_000 },
    aggregate: { windowMs: 5000, rules: [], context: undefined, maxWindows: 1000 },
  };
  expect(resolve({ sampling: 0.1, rateLimit: 500, dedupe: 1000, aggregate: 5000 }).config).toMatchObject(expected);
  const env = {
    PANOPTIC_SAMPLING: '0.1',
    PANOPTIC_RATE_LIMIT: '500',
    PANOPTIC_DEDUPE: '1000',
    PANOPTIC_AGGREGATE: '5000',
  };
  expect(resolve({}, env).config).toMatchObject(expected);
  expect(resolve({ sampling: 1 }, env).config.sampling?.rate).toBe(1);
});

test('a rule names a provider by any of its names, and others by a pattern', () => {
  const rules = [{ provider: 'gcp', service: 'a.b*', function: /^x/g, tenant: '*', rate: 0 }];
  const [rule] = resolve({ sampling: { rules } }).config.sampling?.rules ?? [];
  expect(rule).toEqual({
    provider: 'Google Cloud (GCP)',
    service: /^a\.b.*$/s,
    function: /^x/,
    tenant: /^.*$/s,
    value: 0,
  });
});

test('stars in a pattern stand for anything, and no name takes long', () => {
  const patternOf = (tenant: string): RegExp | undefined =>
    resolve({ sampling: { rules: [{ tenant, rate: 0 }] } }).config.sampling?.rules[0]?.tenant;
  const part = fc.string({ unit: fc.constantFrom('a', 'b', '1', '.', '\n'), maxLength: 2 });
  const property = fc.property(
    fc.array(part, { minLength: 1, maxLength: 5 }),
    part,
    fc.string(),
    (parts, more, any) => {
      const pattern = parts.join('*');
      if (pattern === '') return;
      const simple = new RegExp(`^${parts.map((text) => text.replaceAll('.', '\\.')).join('.*')}$`, 's');
      for (const name of [parts.join(''), parts.join(more), parts.join(more) + more, more + parts.join('aab'), any]) {
        expect(patternOf(pattern)?.test(name)).toBe(simple.test(name));
      }
    },
  );
  fc.assert(property, { numRuns: 500 });
  // going back through all places of four stars would take an hour
  expect(patternOf('*a*a*a*a*b')?.test('a'.repeat(1024))).toBe(false);
});

test('says everything that is wrong, each with its path', () => {
  const wrong = {
    sampling: {
      rate: 2,
      keepErrors: 'sometimes',
      keepPrized: true,
      rules: [{ provider: 'OpenIA', rate: 0.5 }, { function: '' }, 7, { rate: 0.5, tenants: 'x' }],
    },
    rateLimit: { burst: 0, per: 'tenant' },
    dedupe: 'long',
    aggregate: { windowMs: 7_200_000, context: 'tenant_id' },
  };
  expect(problems(wrong)).toEqual([
    'PAN4102 sampling.keepPrized: is not an option of createPanoptic. Known: rate, rules, keepErrors, keepPriced.',
    'PAN4101 sampling.rate: must be a number from 0 to 1.',
    expect.stringMatching(/^PAN4111 sampling\.rules\[0\]\.provider: is 'OpenIA'.*Did you mean 'OpenAI'\?/),
    'PAN4101 sampling.rules[1].rate: must be a number from 0 to 1.',
    'PAN4101 sampling.rules[2]: must be an object with provider, service, function, tenant, rate.',
    'PAN4102 sampling.rules[3].tenants: is not an option of createPanoptic. Known: provider, service, function, tenant, rate.',
    'PAN4101 sampling.keepErrors: must be true or false.',
    'PAN4101 rateLimit.eventsPerSecond: must be a number from 0.001 to 1000000000.',
    'PAN4101 rateLimit.burst: must be a number from 1 to 1000000000.',
    'PAN4101 rateLimit.per: must be one of process, provider, function.',
    'PAN4101 dedupe: must be a number, or an object with ttl, rules, context, maxEntries.',
    'PAN4101 aggregate.windowMs: must be a whole number from 0 to 3600000.',
    'PAN4101 aggregate.context: must be a list of names of fields.',
  ]);
  expect(problems({ sampling: -1 })).toEqual(['PAN4101 sampling: must be a number from 0 to 1.']);
  expect(problems({}, { PANOPTIC_SAMPLING: 'half' })).toEqual([
    'PAN4101 PANOPTIC_SAMPLING: must be a number from 0 to 1.',
  ]);
});

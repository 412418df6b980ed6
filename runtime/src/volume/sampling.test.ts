import { expect, test } from 'vitest';
import { randomFrom } from '../../../fixtures/tools/crash-disk/random.ts';
import { SITE_INFO } from '../../../fixtures/tools/site-info.ts';
import { OUTCOME } from '../instrument/batch.ts';
import type { SiteInfo } from '../instrument/site.types.ts';
import type { ReadCall } from '../instrument/stages.types.ts';
import { Sampling } from './sampling.ts';
import type { SamplingConfig } from './sampling.types.ts';

const config = (differing: Partial<SamplingConfig> = {}): SamplingConfig => ({
  rate: 0.25,
  rules: [],
  keepErrors: true,
  keepPriced: true,
  ...differing,
});
const rule = (differing: object, value: number) => ({
  provider: undefined,
  service: undefined,
  function: undefined,
  tenant: undefined,
  ...differing,
  value,
});

interface Differing extends Partial<Omit<ReadCall, 'site'>> {
  readonly info?: Partial<SiteInfo>;
  readonly index?: number;
}

const call = ({ info, index = 0, ...rest }: Differing = {}): ReadCall => ({
  site: { info: { ...SITE_INFO, ...info }, index },
  snapshot: undefined,
  start: 0,
  end: 1,
  outcome: OUTCOME.ok,
  values: undefined,
  extras: undefined,
  ...rest,
});

/** Always drawn, so that what comes back is the share itself. */
const rateOf = (one: ReadCall, differing?: Partial<SamplingConfig>): number =>
  new Sampling(config(differing), () => 0).draw(one);

test('sums of what is recorded, each divided by its share, are unbiased', () => {
  const random = randomFrom(20_261_127);
  const rules = [rule({ function: /^rare/ }, 0.5), rule({ tenant: /^acme$/ }, 0.05)];
  const snapshot = { data: { tenant_id: 'acme' }, serial: 0, index: 0 };
  const kinds = [
    { info: { name: 'often' }, index: 0 },
    { info: { name: 'rarely' }, index: 1 },
    { info: { name: 'annotated', sample: 0.4 }, index: 2 },
    { info: { name: 'often' }, index: 0, snapshot },
    { info: { name: 'fails' }, index: 3, outcome: OUTCOME.error },
  ];
  const REPEATS = 200;
  const CALLS = 5000;
  const errors = Array.from({ length: REPEATS }, () => {
    const sampling = new Sampling(config({ rules }), random);
    let sum = 0;
    let weighted = 0;
    for (let number = 0; number < CALLS; number++) {
      const quantity = 1 + Math.floor(random() * 20);
      const rate = sampling.draw(call(kinds[number % kinds.length]));
      sum += quantity;
      if (rate > 0) weighted += quantity / rate;
    }
    return weighted / sum - 1;
  });
  const mean = errors.reduce((sum, error) => sum + error, 0) / REPEATS;
  const deviation = Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / (REPEATS - 1));
  // a single run errs by some percent, their mean by nothing but chance
  expect(deviation).toBeGreaterThan(0.02);
  expect(Math.abs(mean)).toBeLessThan((3 * deviation) / Math.sqrt(REPEATS));
});

test('as many are recorded as the share says', () => {
  const sampling = new Sampling(config({ rate: 0.1 }), randomFrom(7));
  let recorded = 0;
  for (let number = 0; number < 100_000; number++) if (sampling.draw(call()) > 0) recorded++;
  // three standard deviations
  expect(Math.abs(recorded - 10_000)).toBeLessThan(3 * Math.sqrt(100_000 * 0.1 * 0.9));
});

test('the first rule that fits counts, and all that it names must hold', () => {
  const rules = [
    rule({ provider: 'OpenAI', service: /^chat$/ }, 0.5),
    rule({ provider: 'OpenAI' }, 0.6),
    rule({ tenant: /^acme$/, function: /^work$/ }, 0.7),
    rule({ function: /^work$/ }, 0.8),
  ];
  const sampling = new Sampling(config({ rules }), () => 0);
  const openai = { provider: 'OpenAI' };
  const acme = { data: { tenant_id: 'acme' }, serial: 0, index: 0 };
  expect(sampling.draw(call({ index: 1, info: openai, values: { service: 'chat' } }))).toBe(0.5);
  expect(sampling.draw(call({ index: 1, info: openai, values: { service: 'images' } }))).toBe(0.6);
  expect(sampling.draw(call({ index: 2, info: { ...openai, values: { service: 'chat' } } }))).toBe(0.5);
  expect(sampling.draw(call({ index: 3, snapshot: acme }))).toBe(0.7);
  expect(
    sampling.draw(call({ index: 3, info: { values: { attributes: { tenant_id: 'globex' } } }, snapshot: acme })),
  ).toBe(0.8);
  expect(sampling.draw(call({ index: 3 }))).toBe(0.8);
  expect(sampling.draw(call({ index: 4, info: { name: 'other' } }))).toBe(0.25);
});

test('failures and what has a price are kept, unless it says otherwise', () => {
  const amount = call({ values: { amount: '0.30' } });
  const usage = call({ values: { usage: { tokens: 3 } } });
  const literal = call({ info: { values: { amount: 0.002 } } });
  const failed = call({ outcome: OUTCOME.error });
  const aborted = call({ outcome: OUTCOME.aborted });
  for (const kept of [amount, usage, literal, failed, aborted]) expect(rateOf(kept)).toBe(1);
  for (const one of [amount, usage, literal]) expect(rateOf(one, { keepPriced: false })).toBe(0.25);
  for (const one of [failed, aborted]) expect(rateOf(one, { keepErrors: false })).toBe(0.25);
  // nulls are what providers answer for what was not used
  expect(rateOf(call({ values: { amount: null, usage: undefined, quantity: 3 } }))).toBe(0.25);
});

test("the annotation's share and that of the options are multiplied; the former is never that of failures", () => {
  const info = { sample: 0.3 };
  expect(rateOf(call({ info }))).toBe(0.075);
  expect(rateOf(call({ info }), { rate: 0.7 })).toBe(0.21);
  expect(rateOf(call({ info, values: { amount: 1 } }))).toBe(0.3);
  expect(rateOf(call({ info, outcome: OUTCOME.error }))).toBe(1);
  expect(rateOf(call({ info, outcome: OUTCOME.error }), { keepErrors: false })).toBe(0.25);
  expect(new Sampling(undefined, () => 0.29).draw(call({ info }))).toBe(0.3);
  expect(new Sampling(undefined, () => 0.31).draw(call({ info }))).toBe(0);
});

import { describe, expect, it } from 'vitest';
import { createPanoptic, PanopticError, wrap, wrapAsync } from '../index.ts';

createPanoptic({
  transport: 'memory',
  providers: { 'Acme LLM': 'AI', Initech: { category: 'FAX', aliases: ['tps'] } },
});

const summarize = (): number => 1;
const wrapAny = wrap as unknown as (fn: unknown, options?: unknown) => unknown;

function problems(fn: unknown, options?: unknown): string[] {
  try {
    wrapAny(fn, options);
  } catch (error) {
    expect(error).toBeInstanceOf(PanopticError);
    return (error as PanopticError).problems.map(({ code, name, message }) => `${code} ${name}: ${message}`);
  }
  return [];
}

describe('a bad option is an error when the function is wrapped', () => {
  it.each<[unknown, string]>([
    [undefined, 'PAN4112 options: options of wrap(summarize) must be an object.'],
    ['OpenAI', 'PAN4112 options: options of wrap(summarize) must be an object.'],
    [
      {},
      "PAN4110 provider: provider of wrap(summarize) must be the name of a provider, such as 'OpenAI' or one of your own.",
    ],
    [{ provider: 5 }, 'PAN4110 provider: provider of wrap(summarize) must be'],
    [
      { provider: 'OpenIA' },
      "PAN4111 provider: provider of wrap(summarize) is 'OpenIA', which no provider is called. Did you mean 'OpenAI'?",
    ],
    [
      { provider: 'Initehc' },
      "PAN4111 provider: provider of wrap(summarize) is 'Initehc', which no provider is called. Did you mean 'Initech'?",
    ],
  ])('%j', (options, message) => {
    const [problem, ...others] = problems(summarize, options);
    expect(problem).toContain(message);
    expect(others).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['service', '', 'a text, or a function that finds it'],
    ['service', 5, 'a text, or a function'],
    ['resource', {}, 'a text, or a function'],
    ['model', null, 'a text, or a function'],
    ['category', '', 'a text, or a function'],
    ['category', 'DATABSE', "another word, or 'DATABASE' if that was meant"],
    ['usage', 5, 'an object, or a function'],
    ['usage', { tokens: () => 1 }, 'plain data; tokens cannot be stored'],
    ['quantity', -1, 'a number that is not negative'],
    ['quantity', '5', 'a number that is not negative'],
    ['quantity', Number.NaN, 'a number that is not negative'],
    ['unit', [], 'a text'],
    ['amount', 'free', 'a number, or a text that spells one'],
    ['currency', 'euro', 'a currency code of three letters'],
    ['tags', [], 'a text or a list of texts'],
    ['tags', [{}], 'a text or a list of texts'],
    ['user', {}, 'a text or a number'],
    ['requestId', true, 'a text or a number'],
    ['attributes', 'x', 'an object'],
    ['attributes', () => ({}), 'an object'],
    ['attributes', { client: new Map(), deep: { f: [() => 1] } }, 'plain data; client, deep.f[0] cannot be stored'],
    ['context', 'none', 'an object'],
    ['context', { db: new Map() }, 'plain data; db cannot be stored'],
    ['captureContext', true, 'an object'],
    ['site', 7, 'a text of 1 to 512 characters'],
    ['sample', 1.5, 'a number from 0 to 1'],
    ['sample', '0.5', 'a number from 0 to 1'],
    ['stream', 1, 'true or false'],
  ])('%s: %j', (name, value, expected) => {
    const [problem, ...others] = problems(summarize, { provider: 'System', [name]: value });
    expect(problem).toContain(`PAN4112 ${name}: ${name} of wrap(summarize) must be ${expected}`);
    expect(others).toEqual([]);
  });

  it('captureContext.includeExecutionMetadata', () => {
    const options = { provider: 'System', captureContext: { includeExecutionMetadata: 'no', includeAll: true } };
    expect(problems(summarize, options)).toEqual([
      expect.stringContaining(
        'PAN4113 captureContext.includeAll: captureContext.includeAll of wrap(summarize) is not an option.',
      ),
      expect.stringContaining('PAN4112 captureContext.includeExecutionMetadata: '),
    ]);
  });

  it.each([
    ['modle', 'Did you mean model?'],
    ['usages', 'Did you mean usage?'],
    ['requestid', 'Did you mean requestId?'],
    ['colour', 'Known: provider, '],
  ])('one that there is not: %s', (name, next) => {
    const [problem] = problems(summarize, { provider: 'System', [name]: 1 });
    expect(problem).toMatch(`PAN4113 ${name}: ${name} of wrap(summarize) is not an option. ${next}`);
  });

  it('lists all of them, and what is wrong with the function, without a value', () => {
    const options = { provider: 'OpenIA', model: { canary: 1 }, canary: 'canary', sample: 'canary' };
    const found = problems(class Canary {}, options);
    expect(found.map((line) => line.slice(0, line.indexOf(':')))).toEqual([
      'PAN4115 fn',
      'PAN4113 canary',
      'PAN4111 provider',
      'PAN4112 model',
      'PAN4112 sample',
    ]);
    expect(() => wrapAny(class {}, options)).toThrow(/PAN4115: .*\nPAN4113: .*\nPAN4111: .*\nPAN4112: .*\nPAN4112: /);
  });

  it.each([
    [undefined, 'PAN4114 fn: fn of wrap() must be a function; it is undefined.'],
    [null, 'PAN4114 fn: fn of wrap() must be a function; it is null.'],
    [{}, 'PAN4114 fn: fn of wrap() must be a function; it is an object.'],
    ['fn', 'PAN4114 fn: fn of wrap() must be a function; it is string.'],
    [
      class Client {},
      'PAN4115 fn: fn of wrap(Client) is a class. Wrap its methods, or a function that makes its instances.',
    ],
    [class extends Map {}, 'PAN4115'],
  ])('no function to wrap: %s', (fn, message) => {
    expect(problems(fn, { provider: 'System' })[0]).toContain(message);
  });

  it('a method that is called `class` is no class', () => {
    expect(problems({ class() {} }.class, { provider: 'System' })).toEqual([]);
    expect(problems(Object.freeze({ class: () => {} }).class, { provider: 'System' })).toEqual([]);
  });

  it('no function to wrap: a proxy that does not let itself be looked at', () => {
    const no = (): never => {
      throw new Error('no');
    };
    const { proxy: revoked, revoke } = Proxy.revocable(() => 1, {});
    revoke();
    for (const fn of [revoked, new Proxy(() => 1, { ownKeys: no }), new Proxy(() => 1, { getPrototypeOf: no })]) {
      expect(problems(fn, { provider: 'System' })).toEqual([
        expect.stringContaining('PAN4114 fn: fn of wrap() does not let itself be looked at: '),
      ]);
    }
  });

  it('says so for wrapAsync as well', () => {
    expect(() => wrapAsync(async () => {}, { provider: 'OpenIA' })).toThrow('PAN4111: provider of wrapAsync() is');
  });
});

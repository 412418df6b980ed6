import { describe, expect, it } from 'vitest';
import { type OwnProviders, ownProviderProblems } from './own.ts';
import { providerTable } from './table.ts';

const own: OwnProviders = {
  'Acme LLM': 'ai',
  Initech: { category: 'FAX', aliases: ['initech-inc', 'tps'] },
  Bare: {},
  postgres: { category: 'DATABASE', aliases: ['neon'] },
};

describe('providers of one’s own', () => {
  it.each([
    ['acme_llm', { name: 'Acme LLM', category: 'AI' }],
    ['Initech Inc', { name: 'Initech', category: 'FAX' }],
    ['TPS', { name: 'Initech', category: 'FAX' }],
    ['bare', { name: 'Bare', category: 'USER_DEFINED' }],
    ['OpenAI', { name: 'OpenAI', category: 'AI' }],
  ])('are found by each of their names: %s', (name, expected) => {
    expect(providerTable(own).resolve(name)).toEqual(expected);
  });

  it('win over those of the table, all spellings of which then mean them', () => {
    for (const name of ['Postgres', 'pg', 'postgresql', 'neon'])
      expect(providerTable(own).resolve(name)).toEqual({ name: 'postgres', category: 'DATABASE' });
  });

  it('are suggested, and their categories are known', () => {
    expect(providerTable(own).resolve('Initehc')).toEqual({ suggestion: 'Initech' });
    expect(providerTable(own).categories).toContain('FAX');
  });
});

describe('what is wrong with them', () => {
  const problems = (raw: unknown): string[] =>
    ownProviderProblems(raw).map(({ path, expected }) => `${path}: ${expected}`);

  it.each([null, 5, 'Acme', ['Acme']])('is %j itself', (raw) => {
    expect(problems(raw)).toEqual([": an object such as { 'Acme LLM': 'AI' }"]);
  });

  it('is listed whole, each with its path', () => {
    const raw = {
      '': 'AI',
      Acme: 5,
      Initech: { category: '', aliases: 'tps', colour: 'red' },
      Globex: 'DATABSE',
      'glob-ex': 'API',
      Hooli: { aliases: ['acme', 'nucleus'] },
      Pied: { aliases: ['Nucleus', 1] },
    };
    expect(problems(raw)).toEqual([
      '[""]: called by a text of 1 to 512 characters on one line',
      '["Acme"]: a category such as \'AI\', or { category, aliases }',
      '["Initech"].category: a text of 1 to 512 characters on one line',
      '["Initech"].aliases: a list, each entry a text of 1 to 512 characters on one line',
      '["Initech"].colour: left out: known are category and aliases',
      '["Globex"]: another word, or \'DATABASE\' if that was meant',
      "[\"glob-ex\"]: spelt otherwise: 'glob-ex' already means 'Globex'",
      "[\"Hooli\"]: spelt otherwise: 'acme' already means 'Acme'",
      '["Pied"].aliases: a list, each entry a text of 1 to 512 characters on one line',
      "[\"Pied\"]: spelt otherwise: 'Nucleus' already means 'Hooli'",
    ]);
  });

  it('is nothing where they are right', () => {
    expect(problems(own)).toEqual([]);
    expect(problems({})).toEqual([]);
  });
});

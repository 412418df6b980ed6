import { describe, expect, it } from 'vitest';
import { editDistance, suggest } from './distance.ts';

describe('editDistance', () => {
  it.each([
    ['', 'abc', 3],
    ['openai', 'openai', 0],
    ['openia', 'openai', 1],
    ['kitten', 'sitting', 3],
    ['usage', 'usages', 1],
  ])('%s to %s is %i', (a, b, edits) => {
    expect(editDistance(a, b)).toBe(edits);
    expect(editDistance(b, a)).toBe(edits);
  });
});

describe('suggest', () => {
  const known = ['OpenAI', 'AWS', 'GCP', 'Azure', 'Stripe'];

  it('finds what was meant, without regard to case', () => {
    expect(suggest('OPENIA', known)).toBe('OpenAI');
    expect(suggest('Strpe', known)).toBe('Stripe');
  });

  it('leaves short words alone, which are all near each other', () => {
    expect(suggest('AWX', known)).toBeUndefined();
    expect(suggest('GPT', known)).toBeUndefined();
  });

  it('says nothing about words that are far from all', () => {
    expect(suggest('Initech', known)).toBeUndefined();
  });
});

import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXAMPLES, examplesOf, groupsOf, START } from './examples.ts';

const folder = new URL('../../../fixtures/cases/', import.meta.url);

describe('examples', () => {
  it('are the start and every case of the fixtures', () => {
    const cases = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(EXAMPLES.map(({ id }) => id).sort()).toEqual(['start', ...cases.map(({ name }) => name)].sort());
  });

  it('are named, typed and grouped by their files', () => {
    const examples = examplesOf(
      { '../cases/error-no-jsdoc/input.ts': 'a', '../cases/async-arrow/input.tsx': 'b' },
      { '../cases/error-no-jsdoc/error.txt': 'PAN1' },
    );
    expect(examples).toEqual([
      { id: 'async-arrow', title: 'Async arrow', file: 'async-arrow.tsx', source: 'b', group: 'Rewritten' },
      { id: 'error-no-jsdoc', title: 'No JSDoc', file: 'error-no-jsdoc.ts', source: 'a', group: 'With diagnostics' },
    ]);
  });

  it('are found by the words of their title, in any order', () => {
    expect(groupsOf([START], 'TWO first')).toEqual([{ group: 'Start here', examples: [START] }]);
    expect(groupsOf([START], 'three')).toEqual([]);
  });
});

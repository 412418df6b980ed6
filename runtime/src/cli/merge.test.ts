import fc from 'fast-check';
import { expect, it } from 'vitest';
import { merged } from './merge.ts';

async function* stream(items: readonly string[]): AsyncGenerator<string> {
  yield* items;
}

it('gives every item of every source once, in order', async () => {
  const key = fc.stringMatching(/^[0-9a-f]{1,2}$/);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(key), { maxLength: 12 }), async (lists) => {
      const sorted = lists.map((list) => [...list].sort());
      const seen: string[] = [];
      for await (const item of merged(sorted.map(stream), (item) => item)) seen.push(item);
      expect(seen).toEqual(lists.flat().sort());
    }),
    { numRuns: 1000 },
  );
});

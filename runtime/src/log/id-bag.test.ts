import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IdBag } from './id-bag.ts';

const hexOf = (n: number): string => n.toString(16).padStart(24, '0');

test('ids that came more than once are found, in memory or in files', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 60 }), { maxLength: 100 }),
      fc.integer({ min: 1, max: 120 }),
      (numbers, limit) => {
        const bag = new IdBag(limit);
        const times = new Map<string, number>();
        for (const n of numbers) {
          // some differ in their first bytes only, some in their last
          const id = n % 2 === 0 ? hexOf(n) : hexOf(n).split('').reverse().join('');
          bag.add(Buffer.from(id, 'hex'));
          times.set(id, (times.get(id) ?? 0) + 1);
        }
        const found = [...bag.repeated()].map(({ id, times: each }): [string, number] => [id, each]);
        expect(new Map(found)).toEqual(new Map([...times].filter(([, each]) => each > 1)));
        expect(found.length).toBe(new Set(found.map(([id]) => id)).size);
      },
    ),
    { numRuns: 200 },
  );
});

test('a million ids of batches: each once, and one twice; no file stays', () => {
  const bag = new IdBag(300_000);
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith('panoptic-ids-')).length;
  const id = Buffer.alloc(12, 7);
  for (let n = 0; n < 1_000_000; n++) {
    id.writeUInt32BE(1_700_000_000 + Math.floor(n / 1000), 0);
    id.writeUInt16BE(n % 1000, 10);
    bag.add(id);
  }
  bag.add(id);
  expect([...bag.repeated()]).toEqual([{ id: id.toString('hex'), times: 2 }]);
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('panoptic-ids-')).length).toBe(before);
});

import { expect, it } from 'vitest';
import { fnv1a64 } from './hash.ts';

it.each([
  // From the reference implementation's test vectors.
  ['', 'cbf29ce484222325'],
  ['a', 'af63dc4c8601ec8c'],
  ['b', 'af63df4c8601f1a5'],
  ['foobar', '85944171f73967e8'],
  ['chongo was here!\n', '46810940eff5f915'],
])('%j is %s', (text, hash) => {
  expect(fnv1a64(text)).toBe(hash);
});

it('agrees with arithmetic on big integers', () => {
  const text = 'Größe 💰 '.repeat(50);
  let expected = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text))
    expected = BigInt.asUintN(64, (expected ^ BigInt(byte)) * 0x100000001b3n);
  expect(fnv1a64(text)).toBe(expected.toString(16).padStart(16, '0'));
});

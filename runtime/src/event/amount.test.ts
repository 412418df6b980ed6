import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toDecimal } from './amount.ts';

test.each([
  [0.1, '0.1'],
  ['0.10', '0.10'],
  ['  12 ', '12'],
  [5n, '5'],
  ['.5', '0.5'],
  [-3, '-3'],
  ['0.0000000000000000000000000000000001', '1E-34'],
])('%s is %s', (value, text) => {
  expect(toDecimal(value)?.toString()).toBe(text);
});

test.each([
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '$5',
  '1,000',
  'Infinity',
  '',
  '1'.repeat(35),
  '1e9999',
  true,
  {},
  null,
])('%s is refused', (value) => {
  expect(toDecimal(value)).toBeUndefined();
});

test('every finite number keeps its value', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Number(toDecimal(value)?.toString())).toBe(value === 0 ? Number(String(value)) : value);
    }),
  );
});

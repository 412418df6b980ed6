import { Decimal128 } from 'bson';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toDecimal } from './amount.ts';
import { toDecimalText } from './decimal-text.ts';

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

const spelled = fc
  .record({
    sign: fc.constantFrom('', '-', '+'),
    whole: fc.stringMatching(/^\d{0,20}$/),
    fraction: fc.stringMatching(/^\d{0,14}$/),
    power: fc.option(fc.integer({ min: -6100, max: 6060 })),
  })
  .filter(({ whole, fraction }) => whole + fraction !== '')
  .map(
    ({ sign, whole, fraction, power }) =>
      `${sign}${whole}${fraction && `.${fraction}`}${power === null ? '' : `e${power}`}`,
  );

test('the text is that of the BSON form', () => {
  fc.assert(
    fc.property(fc.oneof(spelled, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.bigInt()), (value) => {
      const text = toDecimalText(value);
      if (text === undefined) expect(() => Decimal128.fromString(String(value))).toThrow();
      else {
        expect(text).toBe(Decimal128.fromString(String(value)).toString());
        expect(toDecimal(value)?.toString()).toBe(text);
      }
    }),
    { numRuns: 2000 },
  );
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addDecimal, divideDecimal, formatDecimal, parseDecimal, ZERO } from './decimal.ts';

const sum = (texts: string[]): string =>
  formatDecimal(texts.reduce((total, text) => addDecimal(total, parseDecimal(text) ?? ZERO), ZERO));

it('adds what floats cannot', () => {
  expect(sum(['0.1', '0.2'])).toBe('0.3');
  expect(sum(['9007199254740993', '0.0000001'])).toBe('9007199254740993.0000001');
  expect(sum(['-1.50', '.5', '1.'])).toBe('0');
  expect(sum(['1E-7', '2E+3', '-0.5e1'])).toBe('1995.0000001');
});

it.each(['', '.', 'NaN', 'Infinity', '1.2.3', 'e5', '1e'])('refuses %j', (text) => {
  expect(parseDecimal(text)).toBeUndefined();
});

it('agrees with integers of the same scale', () => {
  const cents = fc.array(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }));
  fc.assert(
    fc.property(cents, (values) => {
      const total = values.reduce((a, b) => a + b, 0n);
      const texts = values.map((digits) => formatDecimal({ digits, scale: 6 }));
      expect(sum(texts)).toBe(formatDecimal({ digits: total, scale: 6 }));
    }),
  );
});

it.each([
  ['1', '0.1', '10'],
  ['0.1', '3', '0.0333333333333333333'],
  ['-2', '0.3', '-6.666666666666666667'],
  ['2', '-0.3', '-6.666666666666666667'],
  ['0', '0.7', '0'],
  ['1E+20', '4E-5', '2500000000000000000000000'],
])('divides %s by %s', (a, b, quotient) => {
  expect(formatDecimal(divideDecimal(parseDecimal(a) ?? ZERO, parseDecimal(b) ?? ZERO))).toBe(quotient);
});

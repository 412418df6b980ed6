import { expect, it } from 'vitest';
import { sampleEvent } from '../../../fixtures/tools/sample-events.ts';
import { CSV_HEADER, csvCell, csvLine } from './csv.ts';

it('writes a line with as many cells as the header', () => {
  const heads = CSV_HEADER.trimEnd().split(',');
  const line = csvLine(sampleEvent({ amount: '1.25E-7', currency: 'USD', tags: ['a', 'b'] }));
  const cells = line.trimEnd().split(',');
  const at = (head: string): string | undefined => cells[heads.indexOf(head)];
  expect(line.endsWith('\r\n')).toBe(true);
  expect([at('tenant'), at('amount'), at('currency'), at('tags'), at('quantity')]).toEqual([
    'acme',
    '0.000000125',
    'USD',
    'a b',
    '1',
  ]);
});

it.each([
  ['plain', 'plain'],
  ['a, "b"', '"a, ""b"""'],
  ['two\nlines', '"two\nlines"'],
  ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
  ['@sum', "'@sum"],
  ['-1+1', "'-1+1"],
  ['-1.5', '-1.5'],
  [-2, '-2'],
  [undefined, ''],
])('writes %j as %s', (value, cell) => {
  expect(csvCell(value)).toBe(cell);
});

it.each([
  ['1.5E+3', '1500'],
  ['-1.25E+1', '-12.5'],
  ['7E-2', '0.07'],
  ['12', '12'],
])('writes the amount %s as %s', (amount, text) => {
  expect(csvLine(sampleEvent({ amount, currency: 'EUR' }))).toContain(`,${text},EUR,`);
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { literal } from './literal.ts';

const evaluate = (expression: string): unknown => new Function(`return ${expression}`)();

it('reads well', () => {
  expect(literal({ service: 'chat', tags: ['a', 'b'], attributes: { 'x-y': 1, ok: true } })).toBe(
    "{ service: 'chat', tags: ['a', 'b'], attributes: { 'x-y': 1, ok: true } }",
  );
  expect(literal(`it's "quoted" \\ and\nbroken`)).toBe(`'it\\'s "quoted" \\\\ and\\nbroken'`);
});

it('means what it was made from', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\u2028', '\\', "\\'", '\\"', '"', '\0')),
      (text) => {
        expect(evaluate(literal(text))).toBe(text);
        expect(evaluate(literal([text]))).toEqual([text]);
      },
    ),
  );
});

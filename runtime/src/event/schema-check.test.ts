import { Ajv } from 'ajv';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sampleEvent } from '../../../fixtures/tools/sample-events.ts';
import { billingEventSchema } from './schema.ts';
import { compileSchema, schemaProblems } from './schema-check.ts';

const validate = new Ajv({ strict: false, formats: { 'date-time': true } }).compile(billingEventSchema);

const WHOLE = sampleEvent({
  usage: { tokens: 1 },
  amount: '0.10',
  currency: 'USD',
  price: { status: 'priced', list: '1' },
  error: { type: 'E', message: '' },
  parent: 'a'.repeat(24),
  trace: { trace_id: 't', span_id: 's' },
  tags: ['a'],
  sample_rate: 0.5,
  window: { from: '2026-03-01T12:00:00.000Z', to: '2026-03-01T12:00:00.000Z', count: 1, sum: 1, min: 1, max: 1 },
  metadata: { timing: { total_ms: 1, execution_ms: 1, overhead_ms: 0 }, args_types: ['string'] },
});

/** Every place in the event, the ones below objects too. */
function placesOf(value: unknown, path: string[] = []): string[][] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [...(path.length > 0 ? [path] : []), ...inner.flatMap(([key, member]) => placesOf(member, [...path, key]))];
}

const values = fc.oneof(
  fc.constantFrom(
    undefined,
    null,
    '',
    'x',
    '1.50',
    '-1E+3',
    '2026-03-01',
    'USD',
    0,
    1,
    -1,
    0.5,
    2,
    true,
    [],
    {},
    [''],
    ['a', 1],
  ),
  fc.jsonValue(),
);

const damage = fc.record({
  path: fc.constantFrom(...placesOf(WHOLE), ['more'], ['price', 'more'], ['metadata', 'more']),
  value: values,
});

function damaged(changes: readonly { path: string[]; value: unknown }[]): unknown {
  const event = structuredClone(WHOLE) as unknown;
  for (const { path, value } of changes) {
    const holder = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string, unknown> | null)?.[key], event);
    if (typeof holder !== 'object' || holder === null) continue;
    if (value === undefined) delete (holder as Record<string, unknown>)[path.at(-1) ?? ''];
    else (holder as Record<string, unknown>)[path.at(-1) ?? ''] = structuredClone(value);
  }
  // a hole in a list is no JSON
  return JSON.parse(JSON.stringify(event));
}

it('says the same as a full validator', () => {
  expect(schemaProblems(WHOLE)).toEqual([]);
  const lots = fc.array(damage, { maxLength: 3 });
  fc.assert(
    fc.property(lots, (changes) => {
      const event = damaged(changes);
      const problems = schemaProblems(event);
      expect(problems.length === 0, problems.join('; ')).toBe(validate(event));
    }),
    { numRuns: 5000 },
  );
});

it('names the place and what is wrong', () => {
  const { provider: _, ...rest } = WHOLE;
  const event = { ...rest, amount: 'much', quantity: '1', tags: ['a', ''], extra: 1, metadata: { duration_ms: 1 } };
  expect(schemaProblems(event)).toEqual([
    'extra is no field of a billing event',
    'provider is missing',
    'quantity must be a number',
    'metadata.function_name is missing',
    'amount must match ^-?\\d+(\\.\\d+)?(E[+-]?\\d+)?$',
    'tags[1] must not be empty',
  ]);
  expect(schemaProblems(null)).toEqual(['it must be an object']);
});

it('passes no keyword over', () => {
  expect(() => compileSchema({ multipleOf: 2 })).toThrow('no rule for the keyword multipleOf');
});

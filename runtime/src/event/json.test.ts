import { Decimal128, ObjectId, serialize } from 'bson';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PanopticError } from '../config/error.ts';
import type { BillingEvent } from './billing-event.ts';
import { decodeEvent } from './document.ts';
import { fromJson, toJson } from './json.ts';
import type { PlainObject } from './plain.ts';

// JSON text has no -0, and no event has one
const withoutMinusZero = (value: number): number => value + 0;

const id = fc.stringMatching(/^[0-9a-f]{24}$/);
const time = fc
  .date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const decimal = fc.tuple(fc.maxSafeInteger(), fc.nat(12)).map(([digits, scale]) => {
  const text = `${Math.abs(digits)}`.padStart(scale + 1, '0');
  const sign = digits < 0 ? '-' : '';
  return Decimal128.fromString(
    scale === 0 ? sign + text : `${sign}${text.slice(0, -scale)}.${text.slice(-scale)}`,
  ).toString();
});
// keys that BSON or JavaScript itself would take for something else are refused before an event is made
const key = fc
  .stringMatching(/^[a-z][a-z0-9_.$ ]{0,8}$/)
  .filter((name) => !['constructor', 'prototype', 'toBSON'].includes(name));
const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })).map(withoutMinusZero);
const text = fc.string({ unit: 'grapheme' });
const plain = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, text, number, fc.boolean(), fc.constant(null), tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
}));
const object = plain.object as fc.Arbitrary<PlainObject>;

const event: fc.Arbitrary<BillingEvent> = fc.record(
  {
    v: fc.constant(1 as const),
    _id: id,
    ts: time,
    projectId: text,
    env: text,
    username: text,
    user: text,
    category: text,
    provider: text,
    service: text,
    resource: text,
    model: text,
    site: text,
    usage: object,
    quantity: number,
    unit: text,
    amount: decimal,
    currency: fc.constantFrom('USD', 'EUR'),
    price: fc.record(
      { status: fc.constantFrom('priced', 'partial', 'unpriced', 'free'), reason: text, list: decimal },
      { requiredKeys: ['status'], noNullPrototype: true },
    ),
    outcome: fc.constantFrom('ok', 'error', 'aborted'),
    error: fc.record(
      { type: text, message: text, stack: text },
      { requiredKeys: ['type', 'message'], noNullPrototype: true },
    ),
    parent: id,
    trace: fc.record({ trace_id: text, span_id: text }, { noNullPrototype: true }),
    tags: fc.array(text),
    sample_rate: fc.double({ min: 0, max: 1, noNaN: true }).map(withoutMinusZero),
    window: fc.record(
      { from: time, to: time, count: fc.nat(), sum: number, min: number, max: number, sketch: text },
      { requiredKeys: ['from', 'to', 'count', 'sum', 'min', 'max'], noNullPrototype: true },
    ),
    commit: text,
    body: text,
    metadata: fc
      .tuple(object, text, fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map(withoutMinusZero))
      .map(([rest, function_name, duration_ms]) => ({ ...rest, function_name, duration_ms })),
  },
  {
    requiredKeys: [
      'v',
      '_id',
      'ts',
      'projectId',
      'env',
      'username',
      'category',
      'provider',
      'resource',
      'quantity',
      'unit',
      'outcome',
      'metadata',
    ],
    noNullPrototype: true,
  },
);

test('JSON to BSON bytes and back gives the same event', () => {
  fc.assert(
    fc.property(event, (json) => {
      const wire = JSON.parse(JSON.stringify(json)) as BillingEvent;
      expect(toJson(decodeEvent(serialize(fromJson(wire))))).toEqual(wire);
    }),
    { numRuns: 300 },
  );
});

test('BSON to JSON text and back gives the same document', () => {
  fc.assert(
    fc.property(event, (json) => {
      const document = decodeEvent(serialize(fromJson(json)));
      const back = fromJson(JSON.parse(JSON.stringify(toJson(document))) as BillingEvent);
      expect(Buffer.from(serialize(back)).equals(serialize(document))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('the BSON form holds real types', () => {
  const [sample] = fc.sample(event, 1);
  const document = fromJson({ ...(sample as BillingEvent), amount: '0.10', parent: 'a'.repeat(24) });
  expect(document._id).toBeInstanceOf(ObjectId);
  expect(document.parent).toBeInstanceOf(ObjectId);
  expect(document.amount).toBeInstanceOf(Decimal128);
  expect(document.ts).toBeInstanceOf(Date);
  expect(document.amount?.toString()).toBe('0.10');
});

test.each([
  ['_id', { _id: 'short' }],
  ['ts', { ts: 'yesterday' }],
  ['amount', { amount: '1 dollar' }],
  ['price.list', { price: { status: 'priced' as const, list: 'x' } }],
])('a field that cannot be read is named: %s', (name, wrong) => {
  const [sample] = fc.sample(event, 1);
  expect(() => fromJson({ ...(sample as BillingEvent), ...wrong })).toThrow(PanopticError);
  expect(() => fromJson({ ...(sample as BillingEvent), ...wrong })).toThrow(`The field ${name} of a billing event`);
});

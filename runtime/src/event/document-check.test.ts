import { Decimal128, Double, deserialize, ObjectId, serialize } from 'bson';
import { expect, it } from 'vitest';
import { sampleEvent } from '../../../fixtures/tools/sample-events.ts';
import { documentProblems } from './document-check.ts';
import { fromJson } from './json.ts';

const stored = (document: object): Record<string, unknown> => deserialize(serialize(document));

const WHOLE = fromJson(sampleEvent({ amount: '1E-7', currency: 'EUR', parent: 'b'.repeat(24), usage: { tokens: 3 } }));

it('finds nothing wrong with an event of ours', () => {
  expect(documentProblems(stored(WHOLE))).toEqual([]);
  expect(documentProblems(stored(fromJson(sampleEvent())))).toEqual([]);
});

it('names types that only BSON tells apart', () => {
  const document = { ...WHOLE, _id: String(WHOLE._id), ts: WHOLE.ts.toISOString(), amount: new Double(1.5) };
  expect(documentProblems(stored(document))).toEqual([
    '_id must be of the type ObjectId',
    'ts must be of the type Date',
    'amount must be of the type Decimal128',
  ]);
});

it('names what does not fit the schema', () => {
  const { provider: _, ...rest } = WHOLE;
  const document = { ...rest, v: 2, amount: Decimal128.fromString('NaN'), site: new ObjectId(), extra: true };
  expect(documentProblems(stored(document)).sort()).toEqual([
    'amount must match ^-?\\d+(\\.\\d+)?(E[+-]?\\d+)?$',
    'extra is no field of a billing event',
    'provider is missing',
    'v must be 1',
  ]);
  expect(documentProblems({ ...WHOLE, ts: new Date(Number.NaN) })).toEqual(['ts must be of the type Date']);
  expect(documentProblems({})).toContain('_id is missing');
});

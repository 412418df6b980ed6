import { Binary, Decimal128, deserialize, Long, ObjectId, serialize } from 'bson';
import fc from 'fast-check';
import * as driver7 from 'mongodb';
import * as driver6 from 'mongodb-6';
import { describe, expect, test } from 'vitest';
import type { Driver } from './driver.ts';
import { frozenDocument } from './frozen-document.ts';
import { isWhole } from './whole.ts';

const leaf = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array().map((bytes) => new Binary(bytes)),
  fc.constantFrom(new ObjectId(), Decimal128.fromString('0.1'), Long.fromString('9007199254740993')),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(
      fc.string().filter((key) => !/[\0]|^(_bsontype|toBSON|__proto__)$/.test(key)),
      tie('tree'),
      { maxKeys: 4 },
    ),
  ),
}));
const rest = fc.dictionary(
  fc.string({ minLength: 1 }).filter((key) => !/[\0]|^(_id|v|_bsontype|toBSON|__proto__|\d+)$/.test(key)),
  tree,
);
const document = fc.tuple(rest, fc.option(fc.integer(), { nil: undefined })).map(([fields, v]) => {
  const _id = new ObjectId();
  return serialize(v === undefined ? { _id, ...fields } : { v: v | 0, _id, ...fields });
});

describe.each<[string, Driver]>([
  ['driver 7', driver7],
  ['driver 6', driver6 as unknown as Driver],
])('%s', (_, driver) => {
  test('the driver writes the bytes that were frozen, alone and inside of a command', () => {
    fc.assert(
      fc.property(document, (doc) => {
        const frozen = frozenDocument(driver, doc);
        if (frozen === undefined) throw new Error('not taken');
        expect(Buffer.from(driver.BSON.serialize(frozen)).equals(doc)).toBe(true);
        const command = driver.BSON.serialize({ insert: 'c', documents: [frozen, { a: 1 }, frozen] });
        expect(Buffer.from(command).includes(doc)).toBe(true);
        expect(driver.BSON.deserialize(command).documents).toHaveLength(3);
        expect(frozen._id.toHexString()).toBe(String(deserialize(doc)._id));
        expect(frozen._id).toBeInstanceOf(driver.ObjectId);
      }),
    );
  });
});

test.each<[string, Uint8Array]>([
  ['no _id', serialize({ a: 1 })],
  ['an _id that is no ObjectId', serialize({ _id: 'x' })],
  ['another field before the _id', serialize({ a: 1, _id: new ObjectId() })],
  ['a version that is no int32', serialize({ v: 1.5, _id: new ObjectId() })],
])('a document with %s is left to be decoded', (_, doc) => {
  expect(frozenDocument(driver7, doc)).toBeUndefined();
});

test('bytes whose lengths do not agree are never taken for a document, wherever they were changed', () => {
  const changed = fc.tuple(
    document,
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }),
    fc.nat(20),
  );
  let refused = 0;
  fc.assert(
    fc.property(changed, ([doc, changes, cut]) => {
      const bytes = Uint8Array.from(doc.subarray(0, doc.length - cut));
      for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
      if (!isWhole(bytes)) {
        refused++;
        return;
      }
      // the decoder also minds what is inside of texts, which is nothing to the lengths
      const reads = (): unknown => deserialize(bytes, { validation: { utf8: false } });
      expect(reads).not.toThrow(/size|length|bounds|offset|buffer|corrupt/i);
    }),
    { numRuns: 3000 },
  );
  expect(refused).toBeGreaterThan(500);
});

test('a driver that writes ids in another way gets decoded documents', () => {
  const plain = (value: unknown): unknown => {
    if (value instanceof driver7.ObjectId) return new driver7.ObjectId(value.id);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  };
  const other = {
    ObjectId: class extends driver7.ObjectId {},
    BSON: { serialize: (value: object) => driver7.BSON.serialize(plain(value) as object) },
  } as unknown as Driver;
  const doc = serialize({ v: 1, _id: new ObjectId(), text: 'behind' });
  expect(frozenDocument(other, doc)).toBeUndefined();
  expect(frozenDocument(driver7, doc)).toBeDefined();
});

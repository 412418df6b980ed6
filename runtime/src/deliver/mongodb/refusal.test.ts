import { expect, test } from 'vitest';
import { isAlreadyThere, isPermanent } from './refusal.ts';

const duplicate = (index: string): { code: number; message: string } => ({
  code: 11000,
  message: `E11000 duplicate key error collection: panoptic-a.openai_b index: ${index} dup key: { x: " index: _id_ dup key" }`,
});

test('only a duplicate of the id says that an earlier attempt has arrived', () => {
  expect(isAlreadyThere(duplicate('_id_'))).toBe(true);
  expect(isAlreadyThere(duplicate('requestId_1'))).toBe(false);
  expect(isAlreadyThere({ ...duplicate('_id_'), code: 112 })).toBe(false);
});

test.each([
  [{ name: 'MongoBulkWriteError', code: 121 }, true],
  [{ name: 'MongoServerError', code: 10334 }, true],
  [{ name: 'BSONError' }, true],
  [{ name: 'MongoInvalidArgumentError' }, true],
  [{ name: 'MongoServerError', code: 13 }, false],
  [{ name: 'MongoServerError', code: 112 }, false],
  [{ name: 'MongoNetworkError' }, false],
  [{ name: 'MongoBulkWriteError' }, false],
  [{ name: 'Error', code: 'ECONNREFUSED' }, false],
])('%j can never be accepted: %s', (error, expected) => {
  expect(isPermanent(error)).toBe(expected);
});

import { expect, test } from 'vitest';
import { isAlreadyThere, isPermanent } from './refusal.ts';

const duplicate = (index: string, namespace = 'panoptic-a.openai_b'): { code: number; message: string } => ({
  code: 11000,
  message: `E11000 duplicate key error collection: ${namespace} index: ${index} dup key: { x: " index: _id_ dup key" }`,
});

test.each(['panoptic-a.openai_b', 'panoptic-a.made by hand', 'a.index: x_1 dup key'])(
  'only a duplicate of the id in %s says that an earlier attempt has arrived',
  (namespace) => {
    expect(isAlreadyThere(duplicate('_id_', namespace), namespace)).toBe(true);
    expect(isAlreadyThere(duplicate('_id_', 'panoptic-a.other'), namespace)).toBe(false);
    expect(isAlreadyThere(duplicate('requestId_1', namespace), namespace)).toBe(false);
    expect(isAlreadyThere({ ...duplicate('_id_', namespace), code: 112 }, namespace)).toBe(false);
  },
);

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

import { ObjectId } from 'bson';
import { expect, it } from 'vitest';
import { IdSet } from './id-set.ts';

it('knows every id it was given, and no other, as a Set does', () => {
  const ids = new IdSet(4);
  const model = new Set<string>();
  for (let index = 0; index < 20_000; index++) {
    const id = index % 3 === 0 ? new ObjectId().toHexString() : (index % 5000).toString(16).padStart(24, '0');
    expect(ids.add(id)).toBe(!model.has(id));
    model.add(id);
  }
  expect(ids.size).toBe(model.size);
});

it('takes ids that are no ObjectIds', () => {
  const ids = new IdSet();
  expect([ids.add('7'), ids.add('7'), ids.add(''), ids.add('')]).toEqual([true, false, true, false]);
});

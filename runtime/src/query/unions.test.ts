import { MongoClient } from 'mongodb';
import { afterAll, describe, expect, test } from 'vitest';
import { range } from '../../../fixtures/tools/log-events.ts';
import { mongoForTests } from '../../../fixtures/tools/mongodb-test.ts';
import { unionStages } from './unions.ts';

const mongo = await mongoForTests('reading from very many collections');

test('no pipeline is longer than MongoDB takes, however many collections there are', () => {
  const longest = (stages: readonly { $unionWith?: { pipeline: unknown[] } }[]): number =>
    Math.max(stages.length, ...stages.map(({ $unionWith }) => longest(($unionWith?.pipeline as typeof stages) ?? [])));
  const names = range(0, 10_000).map(String);
  const stages = unionStages(names, [{ $match: {} }]);
  expect(longest(stages)).toBeLessThan(1_000);
  const named = JSON.stringify(stages).match(/"coll":"\d+"/g) ?? [];
  expect(new Set(named).size).toBe(10_000);
  expect(named).toHaveLength(10_000);
});

describe.skipIf(!mongo)('collections joined in groups', () => {
  const client = new MongoClient(mongo?.uri ?? 'mongodb://none/');
  afterAll(() => client.close());

  test.each([1, 2, 3, 7, 20])('%i at a time give every document once', async (width) => {
    const db = client.db(`panoptic-${mongo?.env()}`);
    const names = range(0, 20).map((n) => `c${n}`);
    await Promise.all(names.map((name, n) => db.collection(name).insertMany([{ n }, { n: n + 100 }])));
    const [first = '', ...others] = names;
    const match = { $match: { n: { $lt: 100 } } };
    const found = await db
      .collection(first)
      .aggregate([match, ...unionStages(others, [match], width)])
      .toArray();
    expect(found.map(({ n }) => n).sort((a, b) => a - b)).toEqual(range(0, 20));
  });
});

import { Decimal128, deserialize, ObjectId, serialize } from 'bson';
import { expect, it } from 'vitest';
import { sampleEvent } from '../../../fixtures/tools/sample-events.ts';
import { fromJson, toJson } from './json.ts';
import { type MigrationPlan, migrateDocument, type StoredFields } from './migrate.ts';

const TYPES = { Decimal128 };
const stored = (document: object): StoredFields => deserialize(serialize(document));

it('leaves an event of today as it is', () => {
  expect(migrateDocument(stored(fromJson(sampleEvent())), TYPES)).toEqual({ kind: 'current' });
});

it('fills in what follows, and invents nothing', () => {
  const _id = new ObjectId();
  const byHand = { _id, ts: '2026-01-02T03:04:05Z', projectId: 'desk', env: 'prod', provider: 'gcp', amount: 0.1 };
  const migrated = migrateDocument(stored(byHand), TYPES);
  if (migrated.kind !== 'migrated') throw new Error(JSON.stringify(migrated));
  expect(toJson(migrated.document as unknown as Parameters<typeof toJson>[0])).toEqual({
    v: 1,
    _id: _id.toHexString(),
    ts: '2026-01-02T03:04:05.000Z',
    projectId: 'desk',
    env: 'prod',
    username: 'default',
    category: 'CLOUD',
    provider: 'Google Cloud (GCP)',
    resource: 'anonymous',
    quantity: 1,
    unit: 'execution',
    amount: '0.1',
    currency: 'USD',
    outcome: 'ok',
    metadata: { function_name: 'anonymous', duration_ms: 0 },
  });
  expect(migrateDocument(stored(migrated.document), TYPES)).toEqual({ kind: 'current' });
});

it('keeps what is there', () => {
  const { v: _, ...whole } = fromJson(sampleEvent({ outcome: 'aborted', quantity: 7, tags: ['a'], username: 'ann' }));
  const migrated = migrateDocument(stored(whole), TYPES);
  expect(migrated).toMatchObject({ kind: 'migrated', from: 0 });
  if (migrated.kind === 'migrated') expect({ ...migrated.document, v: 1 }).toEqual({ ...stored(whole), v: 1 });
});

it.each([
  [{ provider: 'AWS' }, '_id is missing'],
  [{ _id: 'by hand' }, '_id must be of the type ObjectId'],
  [{ _id: new ObjectId(), ts: new Date(), projectId: 'p', env: 'e' }, 'provider is missing'],
  [{ _id: new ObjectId(), ts: 'some day', projectId: 'p', env: 'e', provider: 'AWS' }, 'ts must be of the type Date'],
  [{ _id: new ObjectId(), amount: 'much' }, 'BSONError'],
  [{ v: 2 }, 'its version 2 is later than 1'],
  [{ v: 'one' }, 'its version is "one"'],
])('names why %j cannot be migrated', (document, reason) => {
  expect(migrateDocument(document, TYPES)).toMatchObject({ kind: 'stuck', reason: expect.stringContaining(reason) });
});

it('goes from version to version', () => {
  const plan: MigrationPlan = {
    current: 3,
    steps: new Map([
      [1, ({ a, ...rest }) => ({ ...rest, b: a })],
      [2, ({ b, ...rest }) => ({ ...rest, c: [b] })],
    ]),
    check: () => [],
  };
  const migrate = (document: StoredFields): unknown => migrateDocument(document, TYPES, plan);
  expect(migrate({ _id: 1, v: 1, a: 5 })).toEqual({ kind: 'migrated', from: 1, document: { _id: 1, v: 3, c: [5] } });
  expect(migrate({ _id: 1, v: 2, b: 5 })).toEqual({ kind: 'migrated', from: 2, document: { _id: 1, v: 3, c: [5] } });
  expect(migrate({ _id: 1 })).toEqual({ kind: 'stuck', reason: 'nothing leads on from version 0' });
  const renaming = { ...plan, current: 2, steps: new Map([[1, () => ({ _id: 2 })]]) };
  expect(migrateDocument({ _id: 1, v: 1 }, TYPES, renaming)).toMatchObject({ reason: 'a migration changed its _id' });
});

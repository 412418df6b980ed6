import { deserialize, ObjectId, serialize } from 'bson';
import fc from 'fast-check';
import { type Db, MongoClient } from 'mongodb';
import { MongoClient as OlderClient } from 'mongodb-6';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mongoForTests } from '../../../fixtures/tools/mongodb-test.ts';
import { sampleEvent } from '../../../fixtures/tools/sample-events.ts';
import type { BillingEvent } from '../event/billing-event.ts';
import { fromJson } from '../event/json.ts';
import { collectionName, databaseName } from '../event/route.ts';
import { type CostQuery, MEASURES } from './cost-query.ts';
import { DIMENSIONS } from './dimensions.ts';
import { foldEvents } from './fold.ts';
import { aggregateEvents } from './mongo.ts';

const mongo = await mongoForTests('the two executors of a query');
const FROM = Date.parse('2026-03-28T20:00:00Z');
const HOURS = 36;

const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });
const decimal = fc.tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.integer({ min: 0, max: 9 }));

const bins = fc.array(fc.tuple(fc.double({ min: 0, max: 1e4, noNaN: true }), fc.integer({ min: 1, max: 50 })), {
  minLength: 1,
  maxLength: 8,
});
/** Some with a sketch that nobody can read, or with none. */
const window = fc.record({ bins, sketch: fc.constantFrom('whole', 'whole', 'odd', 'none') }).map(({ bins, sketch }) => {
  const time = new Date(FROM).toISOString();
  const count = bins.reduce((sum, [, calls]) => sum + calls, 0);
  const text = bins.map(([value, calls]) => `${value}:${calls}`).join(' ');
  return {
    ...{ from: time, to: time, count, sum: 0, min: 0, max: 0 },
    ...(sketch === 'whole' && { sketch: text }),
    ...(sketch === 'odd' && { sketch: `${text} : x:1 3 4:` }),
  };
});

/** Few different values, so that groups have many members; durations may tie; times cross the start of summer time. */
const event = fc
  .record({
    provider: fc.constantFrom('OpenAI', 'Open AI', 'System', 'Zoë'),
    username: fc.constantFrom('John Doe', 'john-doe'),
    service: optional(fc.constantFrom('chat', 'embeddings')),
    user: optional(fc.constantFrom('ann', 'bob')),
    outcome: fc.constantFrom('ok', 'error', 'aborted'),
    quantity: fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.double({ min: 0, max: 1e6, noNaN: true })),
    unit: fc.constantFrom('execution', 'token'),
    money: optional(fc.record({ amount: decimal, currency: fc.constantFrom('USD', 'EUR') })),
    duration: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.double({ min: 0, max: 1e4, noNaN: true })),
    tenant: fc.constantFrom('acme', 'globex', 42, '42', null, undefined),
    name: fc.constantFrom('ask', 'Desk.total'),
    time: fc.integer({ min: 0, max: HOURS * 3600_000 - 1 }),
    sample_rate: fc.constantFrom(undefined, undefined, 0, 0.1, 0.3, 0.125, 1),
    window: fc.option(window, { nil: undefined, freq: 3 }),
  })
  .map(({ money, duration, tenant, name, time, ...fields }): BillingEvent => {
    const known = Object.entries(fields).filter(([, value]) => value !== undefined);
    return sampleEvent({
      ...Object.fromEntries(known),
      ...(money && { amount: `${money.amount[0]}E-${money.amount[1]}`, currency: money.currency }),
      ts: new Date(FROM + time).toISOString(),
      metadata: { function_name: name, duration_ms: duration, tenant_id: tenant },
    });
  });

const moment = fc.integer({ min: 0, max: HOURS }).map((hour) => new Date(FROM + hour * 3600_000));
const query: fc.Arbitrary<CostQuery> = fc.record(
  {
    from: moment,
    to: moment,
    groupBy: fc.uniqueArray(fc.constantFrom(...DIMENSIONS), { maxLength: 3 }),
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/New_York'),
    filter: fc.record(
      {
        provider: fc.subarray(['OpenAI', 'Open AI', 'nobody'], { minLength: 1 }),
        tenant: fc.subarray(['acme', '42', null], { minLength: 1 }),
        outcome: fc.constant(['error'] as const),
      },
      { requiredKeys: [] },
    ),
    measures: fc.subarray([...MEASURES], { minLength: 1 }),
    sort: fc.record({
      by: fc.constantFrom('calls', 'p95', 'tenants', 'quantity'),
      order: fc.constantFrom('asc', 'desc'),
    }),
    limit: fc.integer({ min: 1, max: 5 }),
  },
  { requiredKeys: [] },
);

describe.skipIf(!mongo)('a query', () => {
  const client = new MongoClient(mongo?.uri ?? 'mongodb://unused');
  const db = client.db(databaseName(mongo?.env() ?? 'unused'));
  const events = fc.sample(event, { numRuns: 400, seed: 7 }).map(fromJson);

  beforeAll(async () => {
    const names = new Set(events.map(collectionOf));
    for (const name of names) await db.collection(name).insertMany(events.filter((one) => collectionOf(one) === name));
  });
  afterAll(() => client.close());

  it('has one answer, from MongoDB and from the log', async () => {
    const asked = fc.asyncProperty(query, async (one) => {
      const decoded = events.map((document) => deserialize(serialize(document)));
      expect(await aggregateEvents(db, one)).toEqual(await foldEvents(one, decoded));
    });
    await fc.assert(asked, { numRuns: 60 });
  });

  it('has the same answer through the older driver', async () => {
    const older = new OlderClient(mongo?.uri ?? '');
    const one: CostQuery = { groupBy: ['tenant', 'day'], timeZone: 'Europe/Berlin' };
    const answer = await aggregateEvents(older.db(db.databaseName) as unknown as Db, one);
    await older.close();
    expect(answer).toEqual(await foldEvents(one, events));
  });

  it('has one answer for calls that stand for themselves, too', async () => {
    const plain: CostQuery = {
      groupBy: ['service'],
      filter: { username: ['nobody', 'John Doe'], provider: ['System'] },
    };
    const alone = events.filter(({ sample_rate, window }) => sample_rate === undefined && window === undefined);
    const name = 'alone_test';
    const own = client.db(databaseName(`${mongo?.env()}-alone`));
    await own.collection(name).insertMany(alone);
    expect(await aggregateEvents(own, plain)).toEqual(await foldEvents(plain, alone));
    expect(await aggregateEvents(own, {})).toEqual(await foldEvents({}, alone));
    expect((await aggregateEvents(own, {})).percentiles).toBe('exact');
    const large = await aggregateEvents(own, {}, { exactPercentileCalls: 5 });
    expect(large.percentiles).toBe('approximate');
    expect(Math.abs((large.rows[0]?.p50 ?? 0) - ((await foldEvents({}, alone)).rows[0]?.p50 ?? 0))).toBeLessThan(200);
    await own.dropDatabase();
  });

  it('says that percentiles are approximate where a group is too large', async () => {
    const result = await aggregateEvents(db, { groupBy: ['provider'] }, { exactPercentileCalls: 50 });
    expect(result.percentiles).toBe('approximate');
    const exact = await foldEvents({ groupBy: ['provider'] }, events);
    for (const [index, { p50, calls }] of result.rows.entries()) {
      expect(calls).toBe(exact.rows[index]?.calls);
      const expected = exact.rows[index]?.p50 ?? Number.NaN;
      expect(Math.abs((p50 ?? 0) - expected)).toBeLessThanOrEqual(0.0101 * expected);
    }
  });

  it('answers nothing from an empty database', async () => {
    const empty = client.db(databaseName(`${mongo?.env()}-empty-${new ObjectId().toHexString().slice(-4)}`));
    expect(await aggregateEvents(empty, {})).toEqual({ rows: [], percentiles: 'exact' });
  });

  function collectionOf({ provider, username }: { provider: string; username: string }): string {
    return collectionName(db.databaseName, provider, username);
  }
});

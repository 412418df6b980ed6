import { serialize } from 'bson';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { saidByCause } from '../../diagnostics/say.ts';
import { type Batch, type ErrorFacts, OUTCOME, type RowExtras } from '../../instrument/batch.ts';
import type { CallValues, SiteInfo } from '../../instrument/site.types.ts';
import { runtimeState } from '../../instrument/state.ts';
import { buildDocument } from '../bson-form.ts';
import { factsOf } from '../build-event.ts';
import { decodeEvent } from '../document.ts';
import { invalidValues } from '../invalid.ts';
import { toJson } from '../json.ts';
import { buildJson } from '../json-form.ts';
import { materialise } from '../materialise.ts';
import { createRouter } from '../router.ts';
import { Freezer } from './freezer.ts';

const router = createRouter('test', 'John Doe', 500);

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => void vi.restoreAllMocks());

interface Row {
  site: number;
  context: number;
  start: number;
  duration: number;
  outcome: number;
  values?: CallValues | undefined;
  error?: ErrorFacts | undefined;
  extras?: RowExtras | undefined;
}

function batchOf(rows: readonly Row[], contexts: readonly Record<string, unknown>[]): Batch {
  const mapOf = <T>(pick: (row: Row) => T | undefined): Map<number, T> =>
    new Map(rows.map((row, index): [number, T | undefined] => [index, pick(row)]).filter(isGiven));
  return {
    seed: Uint8Array.from([1, 2, 3, 250, 251, 252]),
    serial: 1,
    epoch: 1_700_000_000_000.25,
    length: rows.length,
    capacity: rows.length,
    site: Uint32Array.from(rows, ({ site }) => site),
    context: Uint32Array.from(rows, ({ context }) => context),
    start: Float64Array.from(rows, ({ start }) => start),
    duration: Float64Array.from(rows, ({ duration }) => duration),
    outcome: Uint32Array.from(rows, ({ outcome }) => outcome),
    contexts: [undefined, ...contexts],
    values: mapOf(({ values }) => values),
    errors: mapOf(({ error }) => error),
    extras: mapOf(({ extras }) => extras),
  } as Batch;
}

const isGiven = <T>(entry: [number, T | undefined]): entry is [number, T] => entry[1] !== undefined;

// --- whatever an annotation, a context or a call may hold ---

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.constantFrom('', 'gpt-4o', 'ü'.repeat(60), 'x'.repeat(3000), 'a\0b', '\ud800', 'tail \udc00', '中文'),
);
const number = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(0, -0, 1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 53, Number.NaN, 1e300, 5e-324),
);
const names = fc.constantFrom(
  'tenant_id',
  'user_id',
  'trace_id',
  'span_id',
  'request_id',
  'plan',
  'labels',
  '7',
  '10',
  '__proto__',
  'constructor',
  'function_name',
  'duration_ms',
  'args_types',
  'timing',
  'a\0',
  'ключ',
  '',
);
const key = fc.oneof({ weight: 8, arbitrary: fc.string({ maxLength: 8 }) }, { weight: 8, arbitrary: names });
const leaf = fc.oneof(
  { weight: 10, arbitrary: text },
  { weight: 6, arbitrary: number },
  { weight: 2, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.bigInt() },
  { weight: 1, arbitrary: fc.date({ noInvalidDate: false }) },
  { weight: 1, arbitrary: fc.constantFrom(null, undefined) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(() => 1, Symbol('s'), new Map(), /x/, new Uint8Array(3)) },
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 5, arbitrary: leaf },
    { weight: 1, arbitrary: fc.array(tie('tree'), { maxLength: 4 }) },
    { weight: 2, arbitrary: fc.dictionary(key, tie('tree'), { maxKeys: 5 }) },
  ),
}));
const plainLeaf = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const usualRecord = fc.dictionary(
  fc.constantFrom('tenant_id', 'user_id', 'plan', 'region', 'trace_id', 'span_id'),
  plainLeaf,
);
const record = fc.oneof(
  { weight: 3, arbitrary: usualRecord },
  { weight: 1, arbitrary: fc.dictionary(key, tree, { maxKeys: 12 }) },
);

const usualValues = fc.record(
  {
    model: fc.constantFrom('gpt-4o', 'o3'),
    usage: fc.record({ prompt_tokens: fc.nat(), details: fc.record({ cached: fc.option(fc.nat()) }) }),
    quantity: fc.nat(),
    unit: fc.constant('token'),
    amount: fc.constantFrom('0.000125', 0.1, 12, '1e-7'),
    currency: fc.constantFrom('eur', 'USD', null, undefined),
    tags: fc.constantFrom(['llm', 'paid', 'llm'], 'one', ['a', 7]),
    user: fc.oneof(fc.string({ minLength: 1 }), fc.integer(), fc.bigInt(), fc.constant(null)),
    requestId: fc.string({ minLength: 1 }),
    attributes: usualRecord,
    service: fc.constant('chat'),
    resource: fc.constant('completions'),
    category: fc.constant('AI'),
  },
  { requiredKeys: [] },
);
const anyValues = fc.dictionary(
  fc.constantFrom('model', 'usage', 'quantity', 'unit', 'amount', 'currency', 'tags', 'user', 'requestId', 'other'),
  tree,
);
const values = fc.oneof(
  { weight: 6, arbitrary: usualValues },
  { weight: 1, arbitrary: anyValues },
  { weight: 1, arbitrary: fc.record({ attributes: record }) },
) as fc.Arbitrary<CallValues>;

const site = fc.record(
  {
    id: fc.constant('db6eb54268784f0d'),
    name: fc.oneof(fc.constant('Chat.ask'), text),
    file: fc.constant('src/chat.ts'),
    line: fc.constant(3),
    kind: fc.constant('method'),
    async: fc.boolean(),
    provider: fc.constantFrom('OpenAI', 'Google Cloud (GCP)'),
    category: fc.constantFrom('AI', 'CLOUD'),
    args: fc.array(fc.constantFrom('string', 'Options<"a">', 'ü'), { maxLength: 3 }),
    body: fc.constant('880b545f532abf4d'),
    values,
    context: fc.constantFrom('inherit', 'none'),
    sample: fc.constantFrom(0, 0.25, 1),
    generator: fc.constant(true),
  },
  { requiredKeys: ['id', 'name', 'file', 'line', 'kind', 'async', 'provider', 'category'] },
) as fc.Arbitrary<SiteInfo>;

const error = fc.record(
  {
    type: text,
    message: fc.oneof(text, fc.constant('no route to mongodb://u:canary@db/x')),
    code: text,
    stack: fc.string({ maxLength: 4000 }),
  },
  { requiredKeys: ['type', 'message'] },
);

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const ms = fc.double({ min: 0, max: 1e6, noNaN: true });
const extras = fc.oneof(
  { weight: 3, arbitrary: fc.record({ activeMs: ms }) },
  fc.record(
    {
      activeMs: ms,
      id: hex(24),
      parent: hex(24),
      trace: fc.record({ trace_id: hex(32), span_id: hex(16) }),
      totalMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
      sampleRate: fc.constantFrom(0.25, 1),
      window: fc.record({ from: fc.nat(), to: fc.nat(), count: fc.nat(), sum: ms, min: ms, max: ms }),
    },
    { requiredKeys: [] },
  ),
);

const row = fc.record({
  site: fc.nat(2),
  context: fc.nat(3),
  start: fc.double({ min: 0, max: 1e9, noNaN: true }),
  duration: fc.oneof(fc.double({ min: -1e-7, max: 1e6, noNaN: true }), fc.nat()),
  outcome: fc.constantFrom(OUTCOME.ok, OUTCOME.ok, OUTCOME.error, OUTCOME.aborted),
  values: fc.option(values, { nil: undefined }),
  error: fc.option(error, { nil: undefined, freq: 1 }),
  extras: fc.option(extras, { nil: undefined }),
});
const origin = fc.record({
  project: text,
  env: fc.constant('test'),
  username: text,
  commit: fc.option(fc.constant('c0ffee'), { nil: undefined }),
});

const RUNS = Number(process.env.PANOPTIC_FREEZE_RUNS ?? 1000);

const programs = fc.tuple(
  fc.array(site, { minLength: 3, maxLength: 3 }),
  fc.array(record, { minLength: 3, maxLength: 3 }),
  fc.array(row, { minLength: 1, maxLength: 12 }),
  origin,
);

test('the bytes of any event are those of its document, and what it shares lies where it says', () => {
  let quick = 0;
  let all = 0;
  fc.assert(
    fc.property(programs, ([sites, contexts, rows, from]) => {
      const batch = batchOf(rows, contexts);
      invalidValues().clear();
      const events = materialise(batch, sites, from, router);
      const counted = new Map(invalidValues());
      invalidValues().clear();
      expect(events).toHaveLength(rows.length);
      for (const [index, { id, doc, shared }] of events.entries()) {
        const info = sites[batch.site[index] ?? -1] as SiteInfo;
        const expected = serialize(buildDocument(info, from, factsOf(batch, index, id)));
        expect(Buffer.from(doc).equals(expected)).toBe(true);
        let before = 0;
        for (const { from, to, bytes } of shared ?? []) {
          expect(from).toBeGreaterThanOrEqual(before);
          expect(Buffer.from(doc.subarray(from, to)).equals(bytes)).toBe(true);
          before = to;
        }
        all++;
        if (shared !== undefined) quick++;
      }
      expect(counted).toEqual(invalidValues());
    }),
    { numRuns: RUNS },
  );
  // without this the property would hold for a freezer that gives every event up
  expect(quick / all).toBeGreaterThan(0.3);
});

test('the JSON form that a browser makes of any call is that of the document a server makes of it', () => {
  // the form of bytes has no half characters: UTF-8 puts a sign in their place
  const wellFormed = (text: string): string =>
    text.replace(/\\ud[89a-f][\da-f]{2}/gi, '\ufffd').replace(/[\ud800-\udbff](?![\udc00-\udfff])/g, '\ufffd');
  let compared = 0;
  fc.assert(
    fc.property(programs, ([sites, contexts, rows, from]) => {
      const batch = batchOf(rows, contexts);
      for (const [index, { id, doc }] of materialise(batch, sites, from, router).entries()) {
        const info = sites[batch.site[index] ?? -1] as SiteInfo;
        const json = JSON.stringify(buildJson(info, from, factsOf(batch, index, id)));
        const document = JSON.stringify(toJson(decodeEvent(doc)));
        expect(JSON.parse(wellFormed(json))).toEqual(JSON.parse(wellFormed(document)));
        compared++;
      }
    }),
    { numRuns: RUNS },
  );
  expect(compared).toBeGreaterThan(RUNS);
});

const SITE: SiteInfo = {
  id: 'db6eb54268784f0d',
  name: 'ask',
  file: 'src/ask.ts',
  line: 2,
  kind: 'function',
  async: false,
  provider: 'OpenAI',
  category: 'AI',
};
const ORIGIN = { project: 'my-app', env: 'test', username: 'John Doe', commit: undefined };
const ROW: Row = { site: 0, context: 1, start: 1, duration: 2, outcome: OUTCOME.ok };
const CONTEXT = { tenant_id: 'acme', request_id: 'a'.repeat(32), user_id: 'u1', plan: 'enterprise' };

test('an event of an ordinary call never takes the long way, and shares its context and what its site says', () => {
  const values = { model: 'gpt-4o', usage: { tokens: 3 }, amount: 0.1, tags: ['a'], attributes: { team: 'x' } };
  const failed = { ...ROW, outcome: OUTCOME.error, error: { type: 'TypeError', message: 'no' } };
  const trace = { trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) };
  const traced = { ...ROW, extras: { id: 'c'.repeat(24), parent: 'd'.repeat(24), trace } };
  const events = materialise(
    batchOf([ROW, ROW, { ...ROW, values }, failed, { ...ROW, context: 0 }, traced], [CONTEXT]),
    [SITE],
    ORIGIN,
    router,
  );
  const shares = events.map(({ shared }) => new Set(shared?.map(({ bytes }) => bytes)));
  const [first, second, third, fourth, fifth, sixth] = shares as [Set<Uint8Array>, ...Set<Uint8Array>[]];
  const context = [...first].find((bytes) => Buffer.from(bytes).includes(CONTEXT.request_id)) as Uint8Array;
  expect(second).toEqual(first);
  for (const share of [second, third, fourth, sixth]) expect(share?.has(context)).toBe(true);
  expect(fifth?.has(context)).toBe(false);
  const [origin] = first;
  for (const share of shares) expect(share.has(origin as Uint8Array)).toBe(true);
  const bytes = (shared: Iterable<Uint8Array>): number => [...shared].reduce((sum, { length }) => sum + length, 0);
  expect(bytes(first) / (events[0]?.doc.length ?? 0)).toBeGreaterThan(0.7);
});

test('a value of the wrong type sends one event the long way, not its neighbours', () => {
  const freezer = new Freezer(ORIGIN);
  const rows = [ROW, { ...ROW, values: { quantity: 'many' } }, ROW];
  const batch = batchOf(rows, [CONTEXT]);
  const freezing = freezer.begin(batch, 3);
  expect(rows.map((_, index) => freezing.freeze(index, SITE) !== undefined)).toEqual([true, false, true]);
});

test('who hears of a problem may deliver more: events under way stay what they are', () => {
  invalidValues().clear();
  // the random events above have used up the causes that are told apart
  saidByCause().clear();
  const other = { ...batchOf([ROW, ROW, ROW], [{ tenant_id: 'other' }]), seed: Uint8Array.from([9, 9, 9, 9, 9, 9]) };
  const inner: unknown[] = [];
  vi.spyOn(console, 'error').mockImplementation(() => {
    inner.push(...materialise(other, [SITE], ORIGIN, router));
  });
  const batch = batchOf([ROW, { ...ROW, values: { unit: 7 } }, ROW, ROW], [CONTEXT]);
  for (const info of [SITE, { ...SITE, name: 'ask again' }]) {
    const events = materialise(batch, [info], ORIGIN, router);
    for (const [index, { id, doc }] of events.entries()) {
      const expected = serialize(buildDocument(info, ORIGIN, factsOf(batch, index, id)));
      expect(Buffer.from(doc).equals(expected)).toBe(true);
    }
  }
  expect(inner.length).toBeGreaterThan(0);
});

test('a context in which something cannot be kept is said with every event, as ever', () => {
  invalidValues().clear();
  materialise(batchOf([ROW, ROW], [{ tenant_id: 'acme', ratio: Number.NaN }]), [SITE], ORIGIN, router);
  expect([...invalidValues()]).toEqual([['ask metadata.ratio', 2]]);
});

test('an event that is kept keeps a bounded part of the memory of the others', () => {
  const rows = Array.from({ length: 2000 }, () => ROW);
  for (const { doc } of materialise(batchOf(rows, [CONTEXT]), [SITE], ORIGIN, router)) {
    expect(doc.buffer.byteLength).toBeLessThanOrEqual(64 * 1024);
  }
  const [alone] = materialise(batchOf([ROW], [CONTEXT]), [SITE], ORIGIN, router);
  expect(alone?.doc.buffer.byteLength).toBeLessThanOrEqual(2048);
});

test('a function that is in no table costs its own event, counted, and no other', () => {
  const before = runtimeState().counters.dropped;
  const events = materialise(batchOf([ROW, { ...ROW, site: 5 }, ROW], [CONTEXT]), [SITE], ORIGIN, router);
  expect(events).toHaveLength(2);
  expect(runtimeState().counters.dropped).toBe(before + 1);
});

import fc from 'fast-check';
import { assert, expect, test, vi } from 'vitest';
import { SITE_INFO } from '../../../../fixtures/tools/site-info.ts';
import { materialise } from '../../event/materialise.ts';
import { createRouter } from '../../event/router.ts';
import type { ErrorFacts } from '../../instrument/batch.ts';
import { ColumnBatch } from '../../instrument/column-batch.ts';
import type { CallValues } from '../../instrument/site.types.ts';
import { plainCopy } from '../../instrument/values.ts';
import { decodeDictionary, encodeDictionary } from './dictionary.ts';
import { decodeValues, KeptValues } from './kept-values.ts';

const ORIGIN = { project: 'p', env: 'test', username: 'u', commit: undefined };
const ROUTER = createRouter('test', 'u', 10);
const SITES = [{ ...SITE_INFO }];

/** What instrumentation lets through: values of all kinds that `plainCopy` gives. */
const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('null', 'gpt-4o', '\ud800', ''),
  fc.integer(),
  fc.double(),
  fc.constantFrom(-0, Number.NaN, Number.POSITIVE_INFINITY, 1e21),
  fc.boolean(),
  fc.bigInt(),
  fc.date({ noInvalidDate: false }),
  fc.constantFrom(null, undefined),
);
const { anything } = fc.letrec((tie) => ({
  anything: fc.oneof({ weight: 4, arbitrary: leaf }, tie('object'), fc.array(leaf, { maxLength: 3 })),
  object: fc.dictionary(fc.oneof(fc.constantFrom('a', 'b', 'tokens', '0'), fc.string()), tie('anything'), {
    maxKeys: 4,
  }),
}));
const copied = anything.map((value) => plainCopy(value, 'work', 'usage'));
const KEYS = ['model', 'usage', 'quantity', 'amount', 'tags', 'user', 'service', 'attributes'] as const;
const values = fc
  .subarray([...KEYS])
  .chain((keys) => fc.record(Object.fromEntries(keys.map((key) => [key, copied])))) as fc.Arbitrary<CallValues>;
const contexts = fc
  .dictionary(fc.string(), anything, { maxKeys: 5 })
  .map((data) => plainCopy(data, 'work', 'metadata') as object);
const errors: fc.Arbitrary<ErrorFacts> = fc.record(
  { type: fc.string(), message: fc.string({ unit: 'binary' }), code: fc.string() },
  { requiredKeys: ['type', 'message'] },
);

interface Row {
  context: object;
  values: CallValues | undefined;
  error: ErrorFacts | undefined;
}
const rows: fc.Arbitrary<Row[]> = fc.array(
  fc.record({
    context: contexts,
    values: fc.option(values, { nil: undefined }),
    error: fc.option(errors, { nil: undefined }),
  }),
  { maxLength: 6 },
);

function batchOf(described: readonly Row[]): ColumnBatch {
  const batch = new ColumnBatch(8, 1);
  for (const [row, { context, values, error }] of described.entries()) {
    batch.context[row] = batch.contexts.push(context as Record<string, unknown>) - 1;
    if (values !== undefined) batch.values.set(row, values);
    if (error !== undefined) batch.errors.set(row, error);
    if (row % 2 === 0) batch.extras.set(row, { activeMs: row / 3, parent: 'f'.repeat(24) });
    batch.length++;
  }
  return batch;
}

/** What the Node entry gives a batch to keep what its calls say. */
function keptOf({ values }: ColumnBatch): KeptValues {
  const kept = new KeptValues();
  for (const [row, value] of values as Map<number, CallValues>) kept.set(row, value);
  return kept;
}

const bytes = (batch: ColumnBatch): string[] =>
  materialise(batch, SITES, ORIGIN, ROUTER).map(({ doc }) => Buffer.from(doc).toString('hex'));

test('a dictionary that went through a message gives the same events, whatever is in it', () => {
  // half of what is thrown at it is no plain data, which is said
  vi.spyOn(console, 'error').mockImplementation(() => {});
  fc.assert(
    fc.property(rows, (described) => {
      const batch = batchOf(described);
      const received = Object.assign(
        Object.create(batch, { seed: { value: batch.seed } }),
        decodeDictionary(structuredClone(encodeDictionary(batch))),
      );
      expect(bytes(received)).toEqual(bytes(batch));
      // taken apart as it comes, and put together again in the same thread
      const kept = Object.assign(Object.create(batch, { seed: { value: batch.seed } }), { values: keptOf(batch) });
      expect(bytes(kept)).toEqual(bytes(batch));
    }),
    { numRuns: 2000 },
  );
});

test('what calls usually say goes through shared memory, with its keys written once', () => {
  const batch = new ColumnBatch(1024, 1);
  for (let row = 0; row < 1000; row++) {
    batch.values.set(row, { model: 'gpt-4o', usage: { prompt_tokens: row, completion_tokens: 2 * row } });
  }
  batch.values.set(1000, { quantity: 2 });
  batch.values.set(1001, {});
  const encoded = encodeDictionary({ ...batch, values: keptOf(batch) });
  const { cells, ...message } = encoded.said ?? assert.fail('nothing was said');
  expect(cells.memory).toBeInstanceOf(SharedArrayBuffer);
  expect(message.others).toBeUndefined();
  expect(JSON.stringify(message).match(/prompt_tokens/g)).toHaveLength(1);
  expect(decodeDictionary(encoded).values).toEqual(batch.values);
});

test('values that have hardly anything in common arrive, and so does what is neither text nor number', () => {
  const batch = new ColumnBatch(1024, 1);
  for (let row = 0; row < 300; row++) {
    batch.contexts.push({ [`only in ${row}`]: row, since: new Date(row), big: 2n ** 70n, list: [row, 'é', '\ud800'] });
    batch.values.set(2 * row, row % 3 === 0 ? { quantity: -0 } : { usage: { [`tokens ${row}`]: Number.NaN } });
    batch.extras.set(row, { activeMs: row / 7 });
  }
  const encoded = structuredClone(encodeDictionary(batch));
  const { contexts, values, extras } = batch;
  expect(decodeDictionary(encoded)).toEqual({ contexts, values, errors: new Map(), extras });
});

test('what cannot be sent is refused while the batch is still whole', () => {
  const batch = new ColumnBatch(8, 1, undefined, new KeptValues());
  const said = { usage: { read: () => 1 } };
  batch.values.set(3, said);
  expect(() => encodeDictionary(batch)).toThrow('could not be cloned');
  expect(batch.values.get(3)).toEqual(said);
});

test('a text that stays the same travels once, also where a value of another shape came between', () => {
  const said = [
    { model: 'a', unit: 'token' },
    { model: 'a', unit: 'token' },
    { model: 'b', unit: 7 },
    { model: 'a', unit: 'token' },
    { model: 'a', unit: 'page' },
  ];
  const kept = new KeptValues();
  for (const [row, values] of said.entries()) kept.set(row * 2, values);
  const encoded = structuredClone(kept.encode());
  expect([...decodeValues(encoded)]).toEqual(said.map((values, row) => [row * 2, values]));
  expect(encoded?.cells.characters).toBeLessThan('atokenb'.length + 'atoken'.length + 'page'.length + 1);
  expect(kept.size).toBe(0);
});

test('what somebody adds to all objects does not get into events', () => {
  const batch = new ColumnBatch(8, 1);
  batch.values.set(0, { usage: { tokens: 1 } });
  Object.assign(Object.prototype, { polluted: 'yes' });
  try {
    const { said } = structuredClone(encodeDictionary(batch));
    expect([...decodeValues(said).values()].map((value) => Object.keys(value))).toEqual([['usage']]);
    expect(Object.keys(decodeValues(said).get(0)?.usage as object)).toEqual(['tokens']);
  } finally {
    delete (Object.prototype as { polluted?: string }).polluted;
  }
});

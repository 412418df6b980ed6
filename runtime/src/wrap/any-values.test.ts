import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { schemaProblems } from '../event/schema-check.ts';
import {
  clearMemoryEvents,
  createPanoptic,
  flush,
  memoryEvents,
  stats,
  withExecutionMetadata,
  wrap,
} from '../index.ts';
import type { WrapOptions } from './options.types.ts';

type Work = (given: unknown) => unknown;

const KEYS = [
  'service',
  'resource',
  'category',
  'model',
  'usage',
  'quantity',
  'unit',
  'amount',
  'currency',
  'tags',
  'user',
  'requestId',
] as const;

/** What somebody's code may give where an option asks it: anything, or an error. */
const given = (): fc.Arbitrary<() => unknown> =>
  fc.oneof(
    fc
      .anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withSet: true,
        withTypedArray: true,
        withSparseArray: true,
        withNullPrototype: true,
        withObjectString: true,
        withBoxedValues: true,
      })
      .map((value) => () => value),
    fc.constantFrom<() => unknown>(
      () => {
        throw new Error('no');
      },
      () => Symbol('s'),
      () => () => 1,
      () => Promise.resolve(1),
      () =>
        JSON.parse(
          '{"__proto__":{"a":1},"constructor":{"prototype":1},"_bsontype":"ObjectId","toBSON":1,"a\\u0000b":1}',
        ),
      () => new Proxy({}, { ownKeys: () => ['a'], get: () => 1 }),
      () => Object.freeze([undefined, null, Number.NaN, -0]),
    ),
  );

beforeAll(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  createPanoptic({ transport: 'memory', project: 'wrap' });
  clearMemoryEvents();
});
afterAll(() => void vi.restoreAllMocks());

it('gives a sound event for whatever options find, and the call what it gave', async () => {
  const calls = fc.record({
    values: fc.dictionary(fc.constantFrom(...KEYS), given()),
    attributes: fc.dictionary(fc.string(), given(), { maxKeys: 3 }),
    context: given(),
    scope: fc.dictionary(fc.string(), fc.anything(), { maxKeys: 3 }),
    result: fc.anything(),
    fails: fc.boolean(),
    later: fc.boolean(),
  });
  const property = fc.asyncProperty(calls, async ({ values, attributes, context, scope, result, fails, later }) => {
    const before = stats();
    const work: Work = (value) => {
      if (fails) throw value;
      return value;
    };
    const options = { ...values, attributes, context, provider: 'System' } as unknown as WrapOptions<Work>;
    const wrapped = wrap(later ? async (value: unknown) => work(value) : work, options as never) as Work;
    const outcome = async (): Promise<unknown> => {
      try {
        return { gave: await withExecutionMetadata(scope, () => wrapped(result)) };
      } catch (thrown) {
        return { thrown };
      }
    };
    expect(await outcome()).toEqual(fails ? { thrown: result } : { gave: result });
    await flush();
    const events = memoryEvents();
    clearMemoryEvents();
    expect(events).toHaveLength(1);
    expect(events.flatMap(schemaProblems)).toEqual([]);
    expect(events[0]?.outcome).toBe(fails ? 'error' : 'ok');
    const { internalErrors, dropped } = stats();
    expect([internalErrors, dropped]).toEqual([before.internalErrors, before.dropped]);
  });
  await fc.assert(property, { numRuns: 500 });
});

import { setTimeout as sleep } from 'node:timers/promises';
import Fastify from 'fastify';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { keepLines } from '../../../../fixtures/tools/lines.ts';
import { openStore } from '../../../../fixtures/tools/open-store.ts';
import { clearMemoryEvents, createPanoptic, flush, memoryEvents } from '../../index.ts';
import { panopticFastify } from '../../middleware/fastify/index.ts';

const panoptic = createPanoptic({
  transport: 'memory',
  project: 'trace',
  trace: true,
  logger: { destination: keepLines() },
});
const options = { provider: 'System' } as const;
const leaf = panoptic.wrap(function leaf() {}, options);

beforeEach(() => clearMemoryEvents());
afterAll(() => void createPanoptic({ transport: 'memory', project: 'trace' }));

/** Each event with the function of its parent, `nobody` for an id that no event has. */
async function parents(): Promise<string[]> {
  await flush();
  const events = memoryEvents();
  const names = new Map(events.map(({ _id, metadata }) => [_id, metadata.function_name]));
  return events.map(({ metadata: { function_name }, parent }) =>
    parent === undefined ? function_name : `${function_name} in ${names.get(parent) ?? 'nobody'}`,
  );
}

it('wrapped functions are parents, synchronous and asynchronous, with `new` and with options that ask', async () => {
  const outer = panoptic.wrap(function outer() {
    leaf();
  }, options);
  const later = panoptic.wrapAsync(async function later() {
    leaf();
    await sleep(1);
    leaf();
  }, options);
  const Made = panoptic.wrap(function Made(this: object) {
    leaf();
  }, options) as unknown as new () => object;
  const asked = panoptic.wrap(
    function asked() {
      leaf();
      throw new Error('no');
    },
    { ...options, quantity: () => 2 },
  );
  outer();
  const promise = later();
  leaf();
  expect(openStore()).toBeUndefined();
  await promise;
  new Made();
  expect(asked).toThrow('no');
  leaf();
  expect(await parents()).toEqual([
    'leaf in outer',
    'outer',
    'leaf in later',
    'leaf',
    'leaf in later',
    'later',
    'leaf in Made',
    'Made',
    'leaf in asked',
    'asked',
    'leaf',
  ]);
});

it('so are wrapped generators, each time they go on', async () => {
  const count = panoptic.wrap(function* count() {
    leaf();
    try {
      yield 1;
      leaf();
      yield 2;
    } finally {
      leaf();
    }
  }, options);
  const stream = panoptic.wrapAsync(async function* stream() {
    leaf();
    yield 1;
    await sleep(1);
    leaf();
    yield 2;
    leaf();
  }, options);
  for (const n of count()) {
    leaf();
    if (n === 2) break;
  }
  const generator = stream();
  const first = generator.next();
  expect(openStore()).toBeUndefined();
  const others = [generator.next(), generator.next()];
  expect(openStore()).toBeUndefined();
  await Promise.all([first, ...others]);
  leaf();
  expect(await parents()).toEqual([
    'leaf in count',
    'leaf',
    'leaf in count',
    'leaf',
    'leaf in count',
    'count',
    'leaf in stream',
    'leaf in stream',
    'leaf in stream',
    'stream',
    'leaf',
  ]);
});

it('lines at the billing levels belong to the call they are written in', async () => {
  const logger = panoptic.getLogger('Stripe');
  panoptic.wrap(function pays() {
    logger.charge({ amount: '0.30' }, 'paid');
  }, options)();
  expect(await parents()).toEqual(['charge in pays', 'pays']);
});

it('requests are the parents of what they do', async () => {
  const app = Fastify();
  app.register(panopticFastify, {});
  app.get('/:id', async () => {
    await sleep(1);
    leaf();
    return 'done';
  });
  await Promise.all([app.inject('/1'), app.inject('/2')]);
  await app.close();
  leaf();
  expect((await parents()).sort()).toEqual(['GET /:id', 'GET /:id', 'leaf', 'leaf in GET /:id', 'leaf in GET /:id']);
});

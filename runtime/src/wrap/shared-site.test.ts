import { beforeEach, expect, it, vi } from 'vitest';
import { clearMemoryEvents, createPanoptic, flush, memoryEvents, stats, wrap, wrapAsync } from '../index.ts';
import { runtimeState } from '../instrument/state.ts';

const provider = 'System';

beforeEach(() => {
  createPanoptic({ transport: 'memory', project: 'wrap' });
  clearMemoryEvents();
});

const sitesMadeBy = (work: () => void): number => {
  const before = runtimeState().sites.length;
  work();
  return runtimeState().sites.length - before;
};

it('makes one site for what is wrapped alike, however often, and each wrapper asks its own functions', async () => {
  const request = (id: number): number =>
    wrap(
      function handle(n: number) {
        return n;
      },
      { provider, service: 'requests', quantity: (n) => n + id, context: { id }, attributes: { region: 'eu' } },
    )(1);
  expect(sitesMadeBy(() => void Array.from({ length: 5000 }, (_, id) => request(id)))).toBe(1);
  await flush();
  const events = memoryEvents();
  expect(events.map(({ quantity }) => quantity)).toEqual(Array.from({ length: 5000 }, (_, id) => id + 1));
  expect(events.at(-1)).toMatchObject({ service: 'requests', metadata: { id: 4999, region: 'eu' } });
});

it('makes one for each kind of what is known beforehand', () => {
  const work = (): void => {};
  const made = sitesMadeBy(() => {
    for (let n = 0; n < 3; n++) {
      wrap(work, { provider, site: 'kinds' })();
      wrap(work, { provider: 'OpenAI', site: 'kinds' })();
      wrap(work, { provider, site: 'kinds', service: 'a' })();
      wrap(work, { provider, site: 'kinds', quantity: 12n })();
      wrap(work, { provider, site: 'kinds', quantity: () => 1 })();
      wrap(work, { provider, site: 'kinds', sample: 0.5 })();
      wrap(work, { provider, site: 'kinds', captureContext: { includeExecutionMetadata: false } })();
      wrap(work, { provider, site: 'kinds', logger: { debug() {}, error() {} } })();
      wrap(function* () {}, { provider, site: 'kinds' })().next();
      wrap(async function* () {}, { provider, site: 'kinds' })().next();
    }
  });
  expect(made).toBe(10);
});

it('bounds what values that differ each time take, says so, and keeps them in the events', async () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
  const bill = (id: number): unknown =>
    wrapAsync(async function bill() {}, { provider, user: `u${id}`, requestId: id, tags: ['a'], attributes: { id } })();
  const made = sitesMadeBy(() => void Array.from({ length: 1000 }, (_, id) => bill(id)));
  const lines = stderr.mock.calls.flat();
  stderr.mockRestore();
  await flush();
  expect(made).toBe(101);
  expect(lines).toEqual([expect.stringContaining('PAN4118: bill has been wrapped with 100 different sets of values.')]);
  expect(stats().problems['PAN4118 bill']).toBe(900);
  const events = memoryEvents();
  expect(events).toHaveLength(1000);
  expect(events.every((event, id) => event.user === `u${id}` && event.metadata.request_id === `${id}`)).toBe(true);
  expect(events.at(-1)).toMatchObject({ tags: ['a'], metadata: { id: 999 } });
});

it('records nothing where recording was switched off since, and again where it was switched on', async () => {
  const once = (): unknown => wrap(() => 1, { provider, site: 'switched' })();
  once();
  createPanoptic({ transport: 'memory', project: 'wrap', disabled: true });
  once();
  createPanoptic({ transport: 'memory', project: 'wrap' });
  once();
  await flush();
  expect(memoryEvents()).toHaveLength(2);
});

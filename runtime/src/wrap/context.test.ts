import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type BillingEvent,
  clearMemoryEvents,
  createPanoptic,
  type EventMetadata,
  type ExecutionMetadata,
  flush,
  memoryEvents,
  setExecutionMetadata,
  stats,
  withExecutionMetadata,
  wrap,
} from '../index.ts';
import type { Batch } from '../instrument/batch.ts';
import { sealBatch } from '../instrument/columns.ts';
import { runtimeState } from '../instrument/state.ts';

const provider = 'System';
const work = (..._args: unknown[]): number => 1;

beforeEach(() => {
  createPanoptic({ transport: 'memory', project: 'wrap' });
  clearMemoryEvents();
});

async function events(): Promise<BillingEvent[]> {
  await flush();
  return memoryEvents();
}

/** What is in `metadata` beside what was measured. */
async function contexts(): Promise<Partial<EventMetadata>[]> {
  return (await events()).map(
    ({ metadata: { function_name: _, duration_ms: __, timing: ___, ...context } }) => context,
  );
}

const SCOPE: ExecutionMetadata = {
  tenant_id: 'ada',
  plan: 'pro',
  labels: { tier: 'gold', region: 'eu' },
  list: [1, 2],
};

describe('the option `context`', () => {
  it('is merged deep over the execution metadata, and alone outside a scope', async () => {
    const wrapped = wrap(work, { provider, context: { plan: 'free', labels: { tier: 'tin' }, list: [3], own: true } });
    withExecutionMetadata(SCOPE, () => wrapped());
    wrapped();
    expect(await contexts()).toEqual([
      { tenant_id: 'ada', plan: 'free', labels: { tier: 'tin', region: 'eu' }, list: [3], own: true },
      { plan: 'free', labels: { tier: 'tin' }, list: [3], own: true },
    ]);
  });

  it('is made of the arguments, each time and before the call', async () => {
    const self = { region: 'eu' };
    const wrapped = wrap(
      function (this: typeof self, request: { feature?: string }) {
        delete request.feature;
      },
      {
        provider,
        context({ feature }) {
          return { feature, region: this.region };
        },
      },
    );
    withExecutionMetadata({ tenant_id: 'ada' }, () => wrapped.call(self, { feature: 'a' }));
    wrapped.call(self, { feature: 'b' });
    expect(await contexts()).toEqual([
      { tenant_id: 'ada', feature: 'a', region: 'eu' },
      { feature: 'b', region: 'eu' },
    ]);
  });

  it('lies below attributes, and those below what is measured', async () => {
    const wrapped = wrap(work, {
      provider,
      context: { a: 'context', b: 'context', deep: { x: 1, y: 1 }, function_name: 'mine' },
      attributes: { b: 'attribute', deep: { y: 2 }, duration_ms: 'mine', found: () => ({ z: 3 }) },
    });
    withExecutionMetadata({ a: 'scope', b: 'scope', c: 'scope', deep: { w: 0 } }, () => wrapped());
    const [event] = await events();
    expect(event?.metadata).toEqual({
      a: 'context',
      b: 'attribute',
      c: 'scope',
      deep: { w: 0, x: 1, y: 2 },
      found: { z: 3 },
      function_name: 'work',
      duration_ms: expect.any(Number),
    });
  });

  it('says who the user is, and which request it was, as the execution metadata does', async () => {
    wrap(work, { provider, context: () => ({ user_id: 'u1', request_id: 'r1' }) })();
    expect(await events()).toMatchObject([{ user: 'u1', metadata: { request_id: 'r1' } }]);
  });

  it('stands alone where the execution metadata is left out', async () => {
    const captureContext = { includeExecutionMetadata: false };
    withExecutionMetadata(SCOPE, () => {
      wrap(work, { provider, captureContext })();
      wrap(work, { provider, captureContext, context: { own: 1 } })();
      wrap(work, { provider, captureContext, context: () => ({ own: 2 }) })();
      wrap(work, { provider, captureContext, context: () => undefined })();
    });
    expect(await contexts()).toEqual([{}, { own: 1 }, { own: 2 }, {}]);
  });

  it('is of the scope in which a generator begins', async () => {
    const count = wrap(
      function* (_from: number) {
        yield 1;
      },
      { provider, context: (from) => ({ from }) },
    );
    const generator = withExecutionMetadata({ tenant_id: 'ada' }, () => count(7));
    withExecutionMetadata({ tenant_id: 'bob' }, () => [...generator]);
    expect(await contexts()).toEqual([{ tenant_id: 'bob', from: 7 }]);
  });

  it('changes nothing that a later call or another function sees', async () => {
    const given = { labels: { tier: 'tin' } };
    const wrapped = wrap(work, { provider, context: given });
    given.labels.tier = 'changed';
    await withExecutionMetadata(SCOPE, async () => {
      wrapped();
      setExecutionMetadata({ plan: 'later', labels: { region: 'us' } });
      wrapped();
      wrap(work, { provider })();
    });
    expect(await contexts()).toEqual([
      { ...SCOPE, labels: { tier: 'tin', region: 'eu' } },
      { ...SCOPE, plan: 'later', labels: { tier: 'tin', region: 'us' } },
      { ...SCOPE, plan: 'later', labels: { tier: 'gold', region: 'us' } },
    ]);
  });

  it('changes no prototype', async () => {
    const hostile = JSON.parse(
      '{ "__proto__": { "admin": true }, "constructor": { "prototype": { "admin": true } }, "ok": 1 }',
    );
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    wrap(work, { provider, context: () => hostile, attributes: { deep: () => hostile } })();
    withExecutionMetadata(hostile, () => wrap(work, { provider })());
    said.mockRestore();
    expect(await contexts()).toEqual([{ ok: 1, deep: { ok: 1 } }, { ok: 1 }]);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    expect(() => wrap(work, { provider, context: hostile })).toThrow(
      'PAN4112: context of wrap(work) must be plain data; __proto__, constructor',
    );
  });
});

describe('merging', () => {
  /** How many contexts the calls have made, and for how many events. */
  function made(calls: () => void): { contexts: number; events: number } {
    sealBatch();
    const state = runtimeState();
    const { sink } = state;
    const batches: Batch[] = [];
    state.sink = (batch) => batches.push(batch);
    calls();
    sealBatch();
    state.sink = sink;
    const contexts = new Set(batches.flatMap(({ contexts }) => contexts.filter((one) => one !== undefined)));
    return { contexts: contexts.size, events: batches.reduce((sum, { length }) => sum + length, 0) };
  }

  it('is done once a snapshot, not once an event', () => {
    const plain = wrap(work, { provider });
    const wrapped = wrap(work, { provider, context: { own: 1 } });
    expect(
      made(() =>
        withExecutionMetadata(SCOPE, () => {
          for (let n = 0; n < 50; n++) [plain(), wrapped()];
          setExecutionMetadata({ plan: 'other' });
          for (let n = 0; n < 50; n++) [plain(), wrapped()];
        }),
      ),
    ).toEqual({ contexts: 4, events: 200 });
    expect(
      made(() => {
        for (let n = 0; n < 50; n++) wrapped();
      }),
    ).toEqual({ contexts: 1, events: 50 });
  });

  it('asks what was given once', () => {
    let asked = 0;
    const metadata = {
      get tenant_id() {
        asked++;
        return 'ada';
      },
    };
    withExecutionMetadata(metadata, () => {
      for (let n = 0; n < 50; n++) wrap(work, { provider })();
      setExecutionMetadata({ plan: 'other' });
      wrap(work, { provider })();
    });
    expect(asked).toBe(1);
  });
});

describe('options that fail in a call', () => {
  const no = (): never => {
    throw new RangeError('no mongodb://u:secret@host/ password=hunter2');
  };

  it('cost their own value, are counted and said, and the call goes on', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    const wrapped = wrap((n: number) => n + 1, {
      provider,
      context: no,
      model: no,
      quantity: (result) => result,
      attributes: { a: no, b: () => 2 },
    });
    const before = stats().problems;
    expect(withExecutionMetadata({ tenant_id: 'ada' }, () => [wrapped(1), wrapped(2)])).toEqual([2, 3]);
    const lines = said.mock.calls.flat().map(String);
    said.mockRestore();
    const [event] = await events();
    expect(event).toMatchObject({ quantity: 2, metadata: { tenant_id: 'ada', b: 2 } });
    expect(event).not.toHaveProperty('model');
    const problems = Object.entries(stats().problems).filter(([cause, count]) => before[cause] !== count);
    expect(problems).toEqual([
      ['PAN4117 anonymous context', 2],
      ['PAN4117 anonymous model', 2],
      ['PAN4117 anonymous attributes.a', 2],
    ]);
    expect(lines[0]).toBe(
      'Panoptic PAN4117: context of anonymous has thrown: RangeError: no mongodb://host/ password=***. Events go without it.',
    );
    expect(lines).toHaveLength(3);
  });

  it('are left out, counted and named where they give what is no such value', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    const odd = wrap(function odd() {}, {
      provider,
      context: () => 'text' as unknown as object,
      usage: () => ({ tokens: 1, client: () => {}, deep: { map: new Map() } }),
      model: () => Promise.resolve('gpt') as unknown as string,
      quantity: () => Number.NaN,
    });
    odd();
    const [event] = await events();
    const lines = said.mock.calls.flat().map((line) => /PAN5101: (.*) is left out/.exec(String(line))?.[1]);
    said.mockRestore();
    expect(event).toMatchObject({ usage: { tokens: 1, deep: {} }, quantity: 1 });
    expect(lines.sort()).toEqual(
      ['"context"', '"model"', '"quantity"', '"usage.client"', '"usage.deep.map"'].map((path) => `${path} of odd`),
    );
  });

  it('are not asked, and cost nothing, where nothing is recorded', () => {
    const asked = vi.fn();
    createPanoptic({ transport: 'memory', disabled: true });
    try {
      const off = wrap(work, { provider, context: asked, model: asked });
      expect(off(1)).toBe(1);
      expect([
        ...wrap(
          function* () {
            yield 1;
          },
          { provider, context: asked },
        )(),
      ]).toEqual([1]);
    } finally {
      createPanoptic({ transport: 'memory' });
    }
    expect(asked).not.toHaveBeenCalled();
  });

  it('do not run again for a call that they make themselves', async () => {
    const again: (n: number) => number = wrap((n: number) => n, {
      provider,
      quantity: (result) => (result > 0 ? again(result - 1) + 5 : 0),
    });
    expect(again(2)).toBe(2);
    expect((await events()).map(({ quantity }) => quantity)).toEqual([1, 6]);
  });
});

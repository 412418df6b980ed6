import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { SITE_INFO } from '../../../../fixtures/tools/site-info.ts';
import { getExecutionMetadata, setExecutionMetadata, withExecutionMetadata } from '../../context/index.ts';
import type { Batch } from '../batch.ts';
import { sealBatch } from '../columns.ts';
import { site } from '../node.ts';
import type { Site, SiteInfo } from '../site.types.ts';
import { type ContextStore, runtimeState } from '../state.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const state = runtimeState();
let batches: Batch[] = [];

beforeEach(() => {
  sealBatch();
  batches = [];
  state.sink = (batch) => batches.push(batch);
  state.trace = undefined;
});

const traced = (name: string, info: Partial<SiteInfo> = {}): Site =>
  site(1, { ...SITE_INFO, id: name, name, trace: true, ...info });

/** As codegen writes `function name() { return body(); }`. */
function calling<T>(handle: Site, body: () => T): T {
  const call = handle.begin();
  try {
    call.entered();
    return call.returned(body());
  } catch (error) {
    throw call.threw(error);
  } finally {
    call.end();
  }
}

interface Seen {
  name: string;
  id: string | undefined;
  /** Name of the parent; `nobody` for an id that no event has. */
  parent: string | undefined;
  trace: { trace_id: string; span_id: string } | undefined;
  share: number | undefined;
  context: unknown;
}

function seen(): Seen[] {
  sealBatch();
  const rows = batches.flatMap((batch) =>
    Array.from({ length: batch.length }, (_, row) => ({
      name: state.sites[batch.site[row] ?? -1]?.name ?? '',
      context: batch.contexts[batch.context[row] ?? 0],
      extras: batch.extras.get(row),
    })),
  );
  const names = new Map(rows.map(({ name, extras }) => [extras?.id, name]));
  return rows.map(({ name, context, extras }) => ({
    name,
    id: extras?.id,
    parent: extras?.parent && (names.get(extras.parent) ?? 'nobody'),
    trace: extras?.trace,
    share: extras?.sampleRate,
    context,
  }));
}

const parents = (): (string | undefined)[][] => seen().map(({ name, parent }) => [name, parent]);

describe('parents', () => {
  it('are named by what runs inside, also long after', async () => {
    const leaf = traced('leaf');
    let late: Promise<void> | undefined;
    calling(traced('outer'), () => {
      calling(leaf, () => {});
      late = new Promise((resolve) => setTimeout(resolve, 5)).then(() => calling(leaf, () => {}));
    });
    calling(leaf, () => {});
    await late;
    expect(parents()).toEqual([
      ['leaf', 'outer'],
      ['outer', undefined],
      ['leaf', undefined],
      ['leaf', 'outer'],
    ]);
  });

  it('have ids that are all different, in the order of time', () => {
    const leaf = traced('leaf');
    for (let n = 0; n < 3000; n++) calling(leaf, () => {});
    const ids = seen().map(({ id }) => id);
    expect(new Set(ids).size).toBe(3000);
    expect(ids.every((id) => /^[0-9a-f]{24}$/.test(id ?? ''))).toBe(true);
    expect(ids.map((id) => id?.slice(0, 8)).toSorted()).toEqual(ids.map((id) => id?.slice(0, 8)));
  });

  it.each([
    ['at once', (work: () => void) => work()],
    ['in a scope', (work: () => void) => withExecutionMetadata({ request_id: 'r-1' }, work)],
  ])('are not kept alive by what they started %s', async (_, inside) => {
    const tick = traced('tick');
    const began: WeakRef<object>[] = [];
    /** What the next timer would keep. */
    let last: ContextStore | undefined;
    const beat = (left: number, done: () => void): void =>
      calling(tick, () =>
        inside(() => {
          last = state.storage?.getStore();
          for (const one of [last, last?.span]) began.push(new WeakRef(one as object));
          if (left === 0) done();
          else setTimeout(beat, 0, left - 1, done);
        }),
      );
    await new Promise<void>((resolve) => beat(20, resolve));
    // a turn in which nothing of it is on the stack
    await new Promise((resolve) => setTimeout(resolve, 5));
    collectGarbage();
    const alive = began.filter((ref) => ref.deref() !== undefined).length;
    expect(began.at(-1)?.deref()).toBe(last?.span);
    expect(alive).toBeLessThan(8);
  });

  it('stay out of what was built without them, and are switched off at run time', () => {
    const plain = site(1, { ...SITE_INFO, name: 'plain' });
    calling(traced('outer'), () => calling(plain, () => {}));
    state.trace = false;
    calling(traced('off'), () => calling(traced('off, too'), () => {}));
    expect(seen().map(({ name, id, parent }) => [name, id === undefined, parent])).toEqual([
      ['plain', true, undefined],
      ['outer', false, undefined],
      ['off, too', true, undefined],
      ['off', true, undefined],
    ]);
  });

  it('give the store back whatever the body does', () => {
    const outer = traced('outer');
    expect(() =>
      calling(outer, () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    const recursive = (): number => calling(outer, () => 1 + recursive());
    expect(recursive).toThrow(RangeError);
    expect(state.storage?.getStore()).toBeUndefined();
  });
});

describe('a sample', () => {
  it('never takes away a parent that somebody names', () => {
    const never = traced('never', { sample: 0 });
    calling(never, () => calling(traced('leaf'), () => {}));
    calling(never, () => {});
    expect(seen().map(({ name, parent, share }) => [name, parent, share])).toEqual([
      ['leaf', 'never', undefined],
      ['never', undefined, 1],
    ]);
  });

  it('that left a call out gives what begins in it later to the call around it', async () => {
    const leaf = traced('leaf');
    let late: Promise<unknown> | undefined;
    calling(traced('outer'), () =>
      calling(traced('never', { sample: 0 }), () =>
        calling(traced('never', { sample: 0 }), () => {
          late = Promise.resolve().then(() => calling(leaf, () => {}));
        }),
      ),
    );
    await late;
    expect(parents()).toEqual([
      ['outer', undefined],
      ['leaf', 'outer'],
    ]);
  });

  it('of the options, or a limit or a window, does not either', () => {
    const asked: string[] = [];
    state.stages = {
      admit({ site: { info } }) {
        asked.push(info.name);
        return info.name === 'leaf' ? 1 : 0;
      },
      flush() {},
      waiting: 0,
    };
    calling(traced('outer'), () => {
      calling(traced('named'), () => calling(traced('leaf'), () => {}));
      calling(traced('left out'), () => {});
    });
    state.stages = undefined;
    expect(asked).toEqual(['leaf', 'left out']);
    expect(parents()).toEqual([
      ['leaf', 'named'],
      ['named', 'outer'],
      ['outer', undefined],
    ]);
  });

  it('is weighted truly: shares of 1 for those that are named, its own for the others', () => {
    const sampled = traced('sampled', { sample: 0.25 });
    const leaf = traced('leaf');
    const calls = 4000;
    for (let n = 0; n < calls; n++)
      calling(sampled, () => {
        if (n % 4 === 0) calling(leaf, () => {});
      });
    const weights = seen()
      .filter(({ name }) => name === 'sampled')
      .map(({ share = 0.25 }) => 1 / share);
    const sum = weights.reduce((a, b) => a + b, 0);
    // six standard deviations of what the sample of 3000 may do
    expect(Math.abs(sum - calls)).toBeLessThan(6 * 4 * Math.sqrt(3000 * 0.25 * 0.75));
  });
});

describe('execution metadata', () => {
  it('is that of the request inside a traced call, and can be set there', () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    const leaf = traced('leaf');
    const plain = site(1, { ...SITE_INFO, name: 'plain' });
    withExecutionMetadata({ tenant_id: 'ada' }, () => {
      calling(traced('outer'), () => {
        setExecutionMetadata({ plan: 'pro' });
        calling(leaf, () => {});
        calling(plain, () => {});
        withExecutionMetadata({ user_id: 'u1' }, () => calling(leaf, () => {}));
        expect(getExecutionMetadata()).toEqual({ tenant_id: 'ada', plan: 'pro' });
      });
      expect(getExecutionMetadata()).toEqual({ tenant_id: 'ada', plan: 'pro' });
    });
    expect(seen().map(({ name, parent, context }) => [name, parent, context])).toEqual([
      ['leaf', 'outer', { tenant_id: 'ada', plan: 'pro' }],
      ['plain', undefined, { tenant_id: 'ada', plan: 'pro' }],
      ['leaf', 'outer', { tenant_id: 'ada', plan: 'pro', user_id: 'u1' }],
      ['outer', undefined, { tenant_id: 'ada' }],
    ]);
    expect(said).not.toHaveBeenCalled();
  });

  it('is still not there outside a request', () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    calling(traced('outer'), () => {
      setExecutionMetadata({ plan: 'pro' });
      expect(getExecutionMetadata()).toBeUndefined();
    });
    expect(said.mock.calls[0]?.[0]).toMatch(/PAN3003/);
    said.mockRestore();
  });
});

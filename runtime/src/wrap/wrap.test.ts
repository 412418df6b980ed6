import { beforeEach, describe, expect, it } from 'vitest';
import { reflected, timed } from '../../../fixtures/tools/reflect.ts';
import { type BillingEvent, clearMemoryEvents, createPanoptic, flush, memoryEvents, wrap } from '../index.ts';

const panoptic = createPanoptic({ transport: 'memory', project: 'wrap' });
const provider = 'System';

beforeEach(() => clearMemoryEvents());

async function events(): Promise<BillingEvent[]> {
  await flush();
  return memoryEvents();
}

const names = async (): Promise<string[]> => (await events()).map(({ metadata }) => metadata.function_name);

it('is one function, on the object and beside it', () => {
  expect(panoptic.wrap).toBe(wrap);
});

describe('a wrapped function', () => {
  it('gives an event a call', async () => {
    const add = wrap((a: number, b: number) => a + b, { provider, service: 'sums' });
    expect([add(1, 2), add(3, 4)]).toEqual([3, 7]);
    expect(await events()).toMatchObject([
      { provider: 'System', category: 'SYSTEM', service: 'sums', resource: 'anonymous', outcome: 'ok' },
      { provider: 'System' },
    ]);
  });

  it('has the name of its function, or the one it is given', async () => {
    function sum(): void {}
    wrap(sum, { provider })();
    wrap(sum, { provider, resource: 'totals', site: 'ledger.sum' })();
    wrap(sum, { provider, site: 'Ledger.sum' })();
    expect(await events()).toMatchObject([
      { resource: 'sum', site: 'sum', metadata: { function_name: 'sum' } },
      { resource: 'totals', site: 'ledger.sum', metadata: { function_name: 'ledger.sum' } },
      { resource: 'Ledger.sum', site: 'Ledger.sum', metadata: { function_name: 'Ledger.sum' } },
    ]);
  });

  it('has `this`, every argument and no more, as they come', () => {
    function seen(this: unknown): unknown[] {
      // biome-ignore lint/complexity/noArguments: that is what is asked
      return [this, arguments.length, ...arguments];
    }
    const wrapped = wrap(seen as (...args: unknown[]) => unknown[], { provider });
    const self = {};
    expect(wrapped.call(self, 1, undefined)).toEqual([self, 2, 1, undefined]);
    expect(wrapped.call(null)).toEqual([null, 0]);
    expect(wrapped()).toEqual([undefined, 0]);
    expect(Reflect.apply(wrapped, 5, [])).toEqual([5, 0]);
    const sloppy = new Function('return this') as () => unknown;
    expect(wrap(sloppy, { provider }).call(null)).toBe(globalThis);
    expect(typeof wrap(sloppy, { provider }).call(5)).toBe('object');
  });

  it('returns the same promise, at the same moment', async () => {
    const promise = Promise.resolve(7);
    const wrapped = wrap(() => promise, { provider });
    expect(wrapped()).toBe(promise);
    const work = async (): Promise<number> => {
      await null;
      return 1;
    };
    expect(await timed(wrap(work, { provider })())).toEqual(await timed(work()));
    expect((await events()).map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
  });

  it.each([[new Error('no')], ['text'], [undefined], [Object.freeze(new TypeError('frozen'))]])(
    'throws what it throws: %s',
    async (thrown) => {
      const wrapped = wrap(
        () => {
          throw thrown;
        },
        { provider },
      );
      let caught: unknown = 'nothing';
      try {
        wrapped();
      } catch (error) {
        caught = error;
      }
      expect(caught).toBe(thrown);
      expect(await events()).toMatchObject([{ outcome: 'error' }]);
    },
  );

  it('rejects with what it rejects with', async () => {
    const error = new Error('no');
    await expect(wrap(async () => Promise.reject(error), { provider })()).rejects.toBe(error);
    expect(await events()).toMatchObject([{ outcome: 'error', error: { message: 'no' } }]);
  });
});

describe('reflection sees', () => {
  const kinds: Record<string, (...args: never[]) => unknown> = {
    arrow: (a: number, b = a) => b,
    // biome-ignore lint/complexity/useArrowFunction: it is another kind
    'function expression': function (_a: number, _b: number) {},
    method: { work(_a: number) {} }.work,
    async: async (_a: number) => {},
    generator: function* (_a: number) {},
    'async generator': async function* () {},
    sloppy: new Function('a', 'b', 'return a') as () => unknown,
    bound: ((a: number, b: number) => a + b).bind(null, 1),
    'with properties': Object.assign(() => {}, { [Symbol('s')]: 1, version: 2, nested: { a: [1] } }),
    'with a name of its own': Object.defineProperty(() => {}, 'name', { value: 'other', enumerable: true }),
    'with an accessor': Object.defineProperty(() => {}, 'lazy', { get: () => 1, enumerable: true }),
    frozen: Object.freeze(Object.assign(() => {}, { a: 1 })),
    // biome-ignore lint/complexity/noStaticOnlyClass: it is another kind
    'a class method': class {
      static make(): void {}
    }.make,
    'of another prototype': Object.setPrototypeOf(() => {}, { shared: 1 }),
  };

  it.each(Object.entries(kinds))('the same: %s', (_, fn) => {
    const wrapped = wrap(fn, { provider });
    const seen = reflected(fn) as { members: [string][] };
    seen.members = seen.members.filter(([key]) => key !== 'arguments' && key !== 'caller');
    expect(reflected(wrapped)).toEqual(seen);
    expect(Object.getPrototypeOf(wrapped)).toBe(Object.getPrototypeOf(fn));
    expect(wrapped.prototype).toBe(fn.prototype);
    expect(Object.isFrozen(wrapped)).toBe(Object.isFrozen(fn));
    expect(canBeNew(wrapped)).toBe(canBeNew(fn));
  });
});

function canBeNew(fn: object): boolean {
  try {
    Reflect.construct(Object, [], fn as new () => unknown);
    return true;
  } catch {
    return false;
  }
}

interface Point {
  x: number;
  target: unknown;
}
type PointClass = ((x: number) => unknown) & (new (x: number) => Point);

describe('new', () => {
  const make = (): PointClass =>
    function Point(this: Point, x: number) {
      this.x = x;
      this.target = new.target;
    } as PointClass;

  it('makes what the function makes', async () => {
    const Bare = make();
    const Wrapped = wrap(Bare, { provider });
    const point = new Wrapped(3);
    expect(point).toBeInstanceOf(Bare);
    expect(point).toBeInstanceOf(Wrapped);
    expect(point).toMatchObject({ x: 3, target: Bare });
    expect(await names()).toEqual(['Point']);
  });

  it('can be done through a subclass', () => {
    const Wrapped = wrap(make(), { provider });
    class Special extends Wrapped {
      y = 1;
    }
    const special = new Special(5);
    expect(special).toBeInstanceOf(Special);
    expect(special).toBeInstanceOf(Wrapped);
    expect(special).toMatchObject({ x: 5, y: 1, target: Special });
  });

  it('takes the prototype that the wrapper was given since', () => {
    const Wrapped = wrap(make(), { provider });
    Wrapped.prototype = { shared: true } as unknown as Point;
    expect(Object.getPrototypeOf(new Wrapped(1))).toBe(Wrapped.prototype);
  });

  it('gives what the function returns in place of the object, and waits for it if it is a promise', async () => {
    const promise = Promise.resolve(1);
    const Wrapped = wrap(
      function Later() {
        return promise;
      } as unknown as new () => unknown as never,
      { provider },
    ) as unknown as new () => unknown;
    expect(new Wrapped()).toBe(promise);
    await promise;
    expect(await names()).toEqual(['Later']);
  });

  it('is an error where it is one for the function', () => {
    for (const fn of [() => {}, { m() {} }.m, async () => {}, function* () {}]) {
      const wrapped = wrap(fn as () => unknown, { provider }) as unknown as new () => unknown;
      expect(() => new wrapped()).toThrow(TypeError);
    }
  });

  it('asks options that look at arguments, and not those that look at a result', async () => {
    const Wrapped = wrap(make(), {
      provider,
      quantity: (_result, x) => x,
      model: (result) => (result as { model: string }).model,
    });
    new Wrapped(4);
    const [event] = await events();
    expect(event).toMatchObject({ quantity: 4 });
    expect(event).not.toHaveProperty('model');
    expect(panoptic.stats().problems).not.toHaveProperty('PAN4117 Point model');
  });
});

describe('wrapping a wrapper', () => {
  const work = (): void => {};

  it('for the same provider and site gives one event, by the later options', async () => {
    const once = wrap(work, { provider, service: 'first' });
    const twice = wrap(once, { provider, service: 'second' });
    twice();
    expect(await events()).toMatchObject([{ service: 'second' }]);
  });

  it('for another one is an error', () => {
    const once = wrap(work, { provider });
    for (const options of [{ provider: 'OpenAI' }, { provider, site: 'elsewhere' }]) {
      expect(() => wrap(once, options)).toThrow('PAN4116: fn of wrap(work) is recorded for System already');
    }
  });

  it('leaves the function itself free for another one', async () => {
    wrap(work, { provider })();
    wrap(work, { provider: 'OpenAI' })();
    expect((await events()).map((event) => event.provider)).toEqual(['System', 'OpenAI']);
  });
});

describe('what only looks like another kind', () => {
  it('is recorded all the same: a function with the tag of a generator function', async () => {
    const tagged = Object.assign(() => 5, { [Symbol.toStringTag]: 'GeneratorFunction' });
    expect(wrap(tagged, { provider })()).toBe(5);
    expect(await events()).toHaveLength(1);
  });

  it('is watched as what it gives: a function with the prototype of an async one', async () => {
    class Lazy extends Promise<number> {}
    const made = Lazy.resolve(3);
    const fn = Object.setPrototypeOf(
      () => made,
      Object.getPrototypeOf(async () => {}),
    ) as () => Lazy;
    const promise = wrap(fn, { provider, quantity: (result) => result })();
    expect(promise).toBe(made);
    expect(await promise).toBe(3);
    expect(await events()).toMatchObject([{ quantity: 3 }]);
    const { async: method } = { async: () => 4 };
    expect(wrap(method, { provider })()).toBe(4);
  });
});

it('leaves the error of a stack that has no end as it is, and goes on recording', async () => {
  const depth = (n: number): number => 1 + deeper(n);
  const deeper: (n: number) => number = wrap((n: number) => depth(n + 1), { provider });
  expect(() => deeper(0)).toThrow(RangeError);
  await flush();
  clearMemoryEvents();
  wrap(() => 1, { provider, resource: 'after' })();
  expect(await events()).toMatchObject([{ resource: 'after' }]);
});

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { invalidValues } from '../event/invalid.ts';
import { LIMITS, plainCopy, readValues } from './values.ts';

const copy = (value: unknown): unknown => plainCopy(value, 'work', 'usage');

function skippedBy(work: () => void): number {
  invalidValues().clear();
  work();
  return [...invalidValues().values()].reduce((sum, count) => sum + count, 0);
}

let said: string[] = [];
beforeEach(() => {
  said = [];
  vi.spyOn(console, 'error').mockImplementation((line) => said.push(line));
});
afterEach(() => vi.restoreAllMocks());

it.each([undefined, null, true, 0, Number.NaN, -1.5, 12n, '', 'text'])('keeps %s as it is', (value) => {
  expect(copy(value)).toBe(value);
});

it('reads no value for the call that the reading itself makes', () => {
  const read: unknown[] = [];
  const holder = {
    get service(): string {
      read.push(readValues('work', reader, [this]));
      return 'chat';
    },
  };
  const reader = (root: unknown): { service: unknown } => ({ service: (root as typeof holder).service });
  expect(readValues('work', reader, [holder])).toEqual({ service: 'chat' });
  expect(read).toEqual([undefined]);
  expect(readValues('work', reader, [holder])).toEqual({ service: 'chat' });
});

it('copies objects and arrays, so that a later change stays outside', () => {
  const usage = { prompt_tokens: 3, details: { cached: [1, 2] } };
  const copied = copy(usage);
  usage.details.cached.push(3);
  usage.prompt_tokens = 99;
  expect(copied).toEqual({ prompt_tokens: 3, details: { cached: [1, 2] } });
});

it('keeps dates as dates and honours toJSON', () => {
  const when = new Date(5);
  expect(copy({ when })).toEqual({ when });
  expect((copy({ when }) as { when: Date }).when).not.toBe(when);
  expect(copy({ id: { toJSON: () => '65f0' } })).toEqual({ id: '65f0' });
});

it('drops functions, symbols and bytes, and counts each', () => {
  expect(
    skippedBy(() => expect(copy({ f() {}, s: Symbol('s'), b: new Uint8Array(9), ok: 1 })).toEqual({ ok: 1 })),
  ).toBe(3);
});

it('keeps the places of an array whose members were dropped', () => {
  expect(copy([1, () => 2, 3])).toEqual([1, null, 3]);
});

it('survives getters, proxies and toJSON that throw, and keeps their neighbours', () => {
  const no = (): never => {
    throw new Error('no');
  };
  const hostile = {
    before: 1,
    get getter() {
      return no();
    },
    json: { toJSON: no },
    proxy: new Proxy({}, { ownKeys: no }),
    after: 2,
  };
  expect(skippedBy(() => expect(copy(hostile)).toEqual({ before: 1, after: 2 }))).toBe(3);
});

it('copies keys that all objects inherit, also where nobody may write them', () => {
  const inherited = Object.getOwnPropertyDescriptor(Object.prototype, 'toLocaleString') ?? {};
  Object.defineProperty(Object.prototype, 'toLocaleString', { ...inherited, writable: false });
  try {
    const copied = copy({ toLocaleString: 'en', valueOf: 1, ok: [2] }) as object;
    expect(Object.entries(copied)).toEqual([
      ['toLocaleString', 'en'],
      ['valueOf', 1],
      ['ok', [2]],
    ]);
  } finally {
    Object.defineProperty(Object.prototype, 'toLocaleString', inherited);
  }
});

it('asks every getter once, and leaves behind what is named by a symbol', () => {
  let asked = 0;
  const usage = {
    get tokens() {
      return ++asked;
    },
    get details() {
      asked++;
      return { cached: 1 };
    },
    [Symbol('client')]: {},
  };
  const copied = copy(usage) as object;
  expect(copied).toEqual({ tokens: 1, details: { cached: 1 } });
  expect(Reflect.ownKeys(copied)).toEqual(['tokens', 'details']);
  expect(asked).toBe(2);
});

it('copies nothing that somebody has added to all objects', () => {
  const polluted = { text: 'yes', number: 1, list: [1], method() {} };
  Object.assign(Object.prototype, polluted);
  let keys: string[];
  try {
    keys = Object.keys(copy({ ok: 1, details: { ok: 'also' } }) as object);
  } finally {
    for (const key of Object.keys(polluted)) delete (Object.prototype as unknown as Record<string, unknown>)[key];
  }
  expect(keys).toEqual(['ok', 'details']);
});

it('refuses keys that could change a prototype', () => {
  const copied = copy(JSON.parse('{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}},"ok":1}'));
  expect(copied).toEqual({ ok: 1 });
  expect(Object.getPrototypeOf(copied)).toBe(Object.prototype);
  expect(({} as { admin?: boolean }).admin).toBeUndefined();
});

it('is bounded in depth, width, text and number', () => {
  const circle: { self?: unknown; n: number } = { n: 1 };
  circle.self = circle;
  expect(copy(circle)).toEqual({ n: 1, self: { n: 1, self: { n: 1, self: { n: 1 } } } });

  const wide = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`k${n}`, n]));
  expect(skippedBy(() => expect(Object.keys(copy(wide) as object)).toHaveLength(LIMITS.keys))).toBe(36);

  expect(copy('x'.repeat(5000))).toHaveLength(LIMITS.text);

  const grid = Array.from({ length: 60 }, () => Array.from({ length: 60 }, () => ({ n: 1 })));
  const members = (value: unknown): number =>
    typeof value === 'object' && value !== null ? 1 + Object.values(value).reduce((sum, v) => sum + members(v), 0) : 0;
  expect(members(copy(grid))).toBeLessThanOrEqual(LIMITS.nodes + LIMITS.keys);
});

it('names what it leaves out, once, by the way to it', () => {
  const no = (): never => {
    throw new Error('no');
  };
  const hostile = {
    f() {},
    deep: { list: [1, { s: Symbol('s') }] },
    json: { toJSON: () => ({ at: { g: 1, f: no } }) },
    constructor: 1,
    get getter() {
      return no();
    },
    map: new Map([[1, 2]]),
    error: new Error('no'),
    bytes: new Uint8Array(2),
    // as deep as it gets, and one deeper
    a: { b: { c: { d: 1, e: {} } } },
    wide: Object.fromEntries(Array.from({ length: 70 }, (_, n) => [`k${n}`, n])),
  };
  for (let n = 0; n < 3; n++) expect(skippedBy(() => plainCopy(hostile, 'summarize', 'usage'))).toBe(15);
  const named = said.map((line) => /PAN5101: "(.*)" of summarize is left out of events: it must be (.*)\.$/.exec(line));
  expect(named.map((match) => match?.slice(1))).toEqual([
    ['usage.f', 'plain data'],
    ['usage.deep.list[1].s', 'plain data'],
    ['usage.json.at.f', 'plain data'],
    ['usage.constructor', 'plain data'],
    ['usage.getter', 'plain data'],
    ['usage.map', 'plain data'],
    ['usage.error', 'plain data'],
    ['usage.bytes', 'plain data'],
    ['usage.a.b.c.e', 'within 4 levels and 256 values'],
    ['usage.wide', 'an object of at most 64 keys; the others are kept'],
  ]);
});

it('names what a reference leads to and cannot be a value', () => {
  const values = readValues('ask', () => ({ usage: () => 1, model: Symbol('m'), quantity: 1n, tags: undefined }), []);
  expect(values).toEqual({ quantity: 1n });
  expect(said.map((line) => line.slice(0, 35))).toEqual([
    'Panoptic PAN5101: "usage" of ask is',
    'Panoptic PAN5101: "model" of ask is',
  ]);
});

it('copies the places of a list and nothing else of it, however long it is', () => {
  expect(plainCopy('abc'.match(/b/), 'f', 'x')).toEqual(['b']);
  const sparse = [];
  sparse[2] = 'c';
  expect(plainCopy(sparse, 'f', 'x')).toEqual([null, null, 'c']);
  expect(plainCopy(Array(1e6).fill(0), 'f', 'x')).toHaveLength(64);
});

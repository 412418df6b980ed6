import { serialize } from 'bson';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeDeep, toPlain } from './plain.ts';

function read(value: unknown): { plain: unknown; refused: string[] } {
  const refused: string[] = [];
  return { plain: toPlain(value, (path) => refused.push(path)), refused };
}

test('dates and big integers get the spelling JSON has for them', () => {
  const { plain, refused } = read({ at: new Date(0), small: 7n, big: 2n ** 80n });
  expect(plain).toEqual({ at: '1970-01-01T00:00:00.000Z', small: 7, big: '1208925819614629174706176' });
  expect(refused).toEqual([]);
});

test('what JSON cannot say is left out and named', () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const { plain, refused } = read({
    nan: Number.NaN,
    list: [1, Number.POSITIVE_INFINITY],
    f: () => 1,
    map: new Map(),
    gone: undefined,
  });
  expect(plain).toEqual({ list: [1, null] });
  expect(refused).toEqual(['nan', 'list[1]', 'f', 'map']);
  expect(read(cycle).refused).toHaveLength(1);
});

test('keys with a meaning of their own are refused', () => {
  const { plain, refused } = read(JSON.parse('{"__proto__":{"x":1},"_bsontype":"ObjectId","a\\u0000b":1,"ok":1}'));
  expect(plain).toEqual({ ok: 1 });
  expect(refused).toEqual(['__proto__', '_bsontype', 'a\0b']);
});

test('whatever is plain can be serialised, and means the same as JSON', () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withMap: true }), (value) => {
      const { plain } = read({ value });
      expect(() => serialize(plain as object)).not.toThrow();
      expect(JSON.parse(JSON.stringify(plain))).toEqual(JSON.parse(JSON.stringify(read(plain).plain)));
    }),
  );
});

test('a merge is deep, and the later layer wins', () => {
  const target = { a: { b: 1, c: [1] }, d: 1 };
  mergeDeep(target, { a: { c: [2], e: 2 }, d: { f: 1 } });
  expect(target).toEqual({ a: { b: 1, c: [2], e: 2 }, d: { f: 1 } });
});

import { describe, expect, it } from 'vitest';
import { transform } from '../transform.ts';

const names = (code: string, id = 'a.ts'): string[] => {
  const { billables, diagnostics } = transform(code, id);
  return [...billables.map(({ name, kind }) => `${kind} ${name}`), ...diagnostics.map(({ code }) => code)];
};
const TAG = '/** @billable provider=System */';

describe('names', () => {
  it.each([
    [`${TAG} function f() {}`, 'function f'],
    [`${TAG} export async function f() {}`, 'function f'],
    [`export ${TAG} function f() {}`, 'function f'],
    [`${TAG} export default () => {}`, 'arrow default'],
    [`export default ${TAG} async function () {}`, 'function default'],
    [`${TAG} export = function () {}`, 'function default'],
    [`${TAG} const f = function g() {}`, 'function f'],
    [`const f = ${TAG} function g() {}`, 'function f'],
    [`const { f = ${TAG} () => 1 } = {}`, 'arrow f'],
    [`call(${TAG} function g() {})`, 'function g'],
    [`call(${TAG} () => {})`, 'arrow anonymous'],
    [`call({ ${TAG} m() {} })`, 'method m'],
    [`const o = { a: { ${TAG} 'b-c'() {} } }`, 'method o.a.b-c'],
    [`const o = { ${TAG} 1: () => {} }`, 'arrow o.1'],
    [`const o = { ${TAG} [key()]: () => {} }`, 'arrow o.<computed>'],
    [`class A { ${TAG} static async #m() {} }`, 'method A.#m'],
    [`const A = class { ${TAG} m() {} }`, 'method A.m'],
    [`A.prototype.m = ${TAG} function () {}`, 'function A.prototype.m'],
    [`${TAG} A['x y'] = () => {}`, 'arrow A.x y'],
    [`${TAG} window[key()] = () => {}`, 'arrow window.<computed>'],
    [`namespace N.M { ${TAG} export function f() {} }`, 'function N.M.f'],
    [`{ ${TAG} let f = <T,>(x: T) => x }`, 'arrow f'],
    [`class A { ${TAG} constructor() {} }`, 'constructor A.constructor'],
    [`class A { ${TAG} get v() { return 1 } }`, 'getter A.v'],
    [`class A { ${TAG} static set ['v'](v) {} }`, 'setter A.v'],
    [`const o = { ${TAG} get v() { return 1 } }`, 'getter o.v'],
    [`const o = { ${TAG} async *g() {} }`, 'method o.g'],
    [`class A { ${TAG} f = async () => {} }`, 'arrow A.f'],
    [`class A { ${TAG} static #f = function g() {} }`, 'function A.#f'],
    [`class A { ${TAG} accessor f = () => {} }`, 'arrow A.f'],
    [`class A { ${TAG} 'a b' = () => {} }`, 'arrow A.a b'],
    [`class A { ${TAG} 0x10() {} }`, 'method A.16'],
    [`${TAG} const f = useCallback(() => {}, [])`, 'arrow f'],
    [`${TAG} export default memo(forwardRef(function Button() {}))`, 'function default'],
    [`${TAG} const f = await load(async () => {})`, 'arrow f'],
    [`${TAG} app?.get('/x', async () => {})`, 'arrow anonymous'],
    [`${TAG} describe('x').it('y', function g() {})`, 'function g'],
    [`const o = { ${TAG} f: wrap(() => {}) }`, 'arrow o.f'],
    [`const f = wrap(${TAG} () => {})`, 'arrow f'],
    [`(${TAG} function f() {}, () => {})`, 'function f'],
    [`(${TAG} function f(g) {}(() => {}))`, 'function f'],
    [`const f = ${TAG} function () {}.bind(this)`, 'function f'],
    [`const f = g ?? (${TAG} async () => {})`, 'arrow f'],
    [`${TAG} (() => {})()`, 'arrow anonymous'],
  ])('%s', (code, expected) => {
    expect(names(code)).toEqual([expected]);
  });

  it('of CommonJS exports are what importers call them', () => {
    expect(names(`${TAG} exports.f = () => {}`, 'a.js')).toEqual(['arrow f']);
    expect(names(`${TAG} module.exports.f = exports.f = function () {}`, 'a.js')).toEqual(['function f']);
    expect(names(`${TAG} module.exports = function charge() {}`, 'a.js')).toEqual(['function default']);
  });
});

describe('what is refused', () => {
  it.each([
    [`${TAG}`, 'PAN1201'],
    [`function f() { ${TAG} }`, 'PAN1201'],
    [`${TAG} let f`, 'PAN1202'],
    [`${TAG} enum E {}`, 'PAN1202'],
    [`${TAG} const o = { f() {} }`, 'PAN1202'],
    [`${TAG} f += () => {}`, 'PAN1202'],
    [`${TAG} if (a) function f() {}`, 'PAN1202'],
    [`call(${TAG} f)`, 'PAN1202'],
    [`class A { ${TAG} x = 1 }`, 'PAN1202'],
    [`type A = { ${TAG} m(): void }`, 'PAN1203'],
    [`declare class A { ${TAG} m(): void }`, 'PAN1203'],
    [`declare module 'x' { ${TAG} export function f(): void }`, 'PAN1203'],
    [`${TAG} useMemo(compute, [])`, 'PAN1202'],
    [`${TAG} new Promise((resolve) => resolve())`, 'PAN1202'],
    [`${TAG} load().then(() => {}).catch(() => {})`, 'PAN1204'],
    [`${TAG} app.get('/', () => {}, () => {})`, 'PAN1204'],
    [`${TAG} const a = () => {}, b = () => {}`, 'PAN1204'],
    [`class A { ${TAG} f }`, 'PAN1202'],
    [`abstract class A { ${TAG} abstract get v(): number }`, 'PAN1203'],
    [`class A { ${TAG} constructor(); }`, 'PAN1203'],
  ])('%s', (code, expected) => {
    expect(names(code)).toEqual([expected]);
  });
});

it('a declaration list is for its one function, and for the one that is named', () => {
  expect(names(`${TAG} const limit = 1, f = () => limit`)).toEqual(['arrow f']);
  expect(names(`const f = () => 1, ${TAG} g = () => 2`)).toEqual(['arrow g']);
});

it('does not take an overload of another function for its own', () => {
  expect(names(`${TAG} function f(): void;\nfunction g() {}`)).toEqual(['PAN1203']);
});

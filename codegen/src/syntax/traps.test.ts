import { expect, it } from 'vitest';
import { transform } from '../transform.ts';

const codes = (body: string, params = ''): string[] =>
  transform(`/** @billable provider=System */\nfunction f(${params}) { ${body} }`, 'a.cjs').diagnostics.map(
    ({ code }) => code,
  );

it.each([
  ['var a; function a() {}', ''],
  ['function a() {} { { for (var a of []) {} } }', ''],
  ['function a() {} try {} catch { var { b: [a] } = x }', ''],
  ['function a() {} switch (1) { default: var a }', ''],
  ['function a() {} if (1) {} else var a', ''],
  ['function a() {} for (var a = 0;;);', ''],
  ['function a() {} function a() {}', ''],
  ['function a() {}', 'a'],
  ['function a() {}', '{ b: [a] = [] }, ...c'],
  ['function a() {}', 'x, ...a'],
  ['l: function a() {} var a', ''],
  ['function arguments() {}', ''],
  ['function a() {} eval("var a")', ''],
  ['function a() {} (eval)("var a")', ''],
  ['function a() {} { function a() {} }', ''],
  ['function a() {} if (1) function a() {}', ''],
  ['function a() {} switch (1) { case 1: function a() {} }', ''],
  ['with (x) { return 1 }', ''],
  ['with (x) for (;;) if (1) return', ''],
])('refuses a body with %s and parameters (%s)', (body, params) => {
  expect(codes(body, params)).toEqual(['PAN1302']);
});

it.each([
  ['function a() {} { let a }', ''],
  ['function a() { var a }', ''],
  ['{ function a() {} } function b() {}', 'a'],
  ['{ function a() {} { function a() {} } }', ''],
  ['var a; var a; { function b() { var a } }', ''],
  ['const a = 1; class B {}', ''],
  ['eval("var a")', ''],
  ['{ async function a() {} } function b() {}', ''],
  ['function a() {} { function* a() {} }', ''],
  ['function a() { { function a() {} } }', ''],
  ['with (x) { f(() => { return 1 }) }', ''],
])('allows a body with %s and parameters (%s)', (body, params) => {
  expect(codes(body, params)).toEqual([]);
});

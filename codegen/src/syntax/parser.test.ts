import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse as parseInBrowser } from './parser.browser.ts';
import { parse } from './parser.node.ts';

const sources = readdirSync(import.meta.dirname)
  .map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'))
  .concat("\ufeff#!/bin/node\nconst größe = '💰'; /** after */ export const é = <T,>(x: T) => x satisfies T;");

it('the parser of the browser gives the same tree as the one of Node', () => {
  for (const source of sources) {
    const options = { lang: 'ts', sourceType: 'module' } as const;
    const native = parse(source, options);
    const wasm = parseInBrowser(source, options);
    expect(wasm.program).toEqual(native.program);
    expect(wasm.comments).toEqual(native.comments);
    expect(wasm.diagnostics).toEqual(native.diagnostics);
  }
});

it('counts offsets as JavaScript does, in UTF-16', () => {
  const source = "'💰'; /** x */";
  expect(parse(source).comments[0]).toMatchObject({ start: source.indexOf('/**'), end: source.length });
});

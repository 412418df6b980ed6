import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { expect, it } from 'vitest';
import { parseCount } from '../syntax/parse.ts';
import { transform } from '../transform.ts';

const BOTH = `<script lang="ts">
/** @billable provider=System */
export function shared(count: number): number { return count; }
</script>
<template><p>@billable {{ ask }} __pan_call</p></template>
<script setup lang="ts">
const limit: number = 1;
/** @billable provider=OpenAI quantity=$size */
async function ask(size: number) { return limit + size; }
/** @billable provider=System */
const shared = () => 2;
</script>
`;

it('rewrites every script of a component in place and declares nothing in it', () => {
  const { code, billables, sites, diagnostics } = transform(BOTH, '/app/Ask.vue', { file: 'src/Ask.vue' });
  expect(diagnostics).toEqual([]);
  expect(code.split('\n')).toHaveLength(BOTH.split('\n').length);
  expect(code).not.toMatch(/import|(?:var|function) __pan_/);
  expect(billables.map(({ name, line, column }) => ({ name, line, column }))).toEqual([
    { name: 'shared', line: 3, column: 8 },
    { name: 'ask', line: 9, column: 1 },
    { name: 'shared', line: 11, column: 16 },
  ]);
  expect(new Set(billables.map(({ id }) => id)).size).toBe(3);
  for (const name of sites?.names ?? []) {
    expect(code).toContain(`${name}().begin`);
    expect(sites?.code).toContain(`function ${name}()`);
  }
});

it('gives site functions in plain JavaScript, with the place in the component', () => {
  const { sites } = transform(BOTH, '/app/Ask.vue', { file: 'src/Ask.vue' });
  expect(() => new Function(sites?.code.replace(/^import .*;$/m, '') ?? '')).not.toThrow();
  expect(sites?.code).toContain("file: 'src/Ask.vue', line: 9");
});

it('takes no name that occurs anywhere in the component', () => {
  expect(transform(BOTH, 'Ask.vue').code).toContain('const __pan_call2 = ');
});

it('maps every edited line to the component', () => {
  const { code, map } = transform(BOTH, 'Ask.vue');
  const line = 9;
  const column = code.split('\n')[line - 1]?.indexOf('limit + size') ?? -1;
  const found = originalPositionFor(new TraceMap(String(map)), { line, column });
  expect(found.line).toBe(line);
  expect(BOTH.split('\n')[line - 1]?.slice(found.column ?? -1)).toMatch(/^limit \+ size; \}/);
});

it('points at the place in the component when something is wrong', () => {
  const source =
    '<p>{#if a}x{/if}</p>\r\n<script>\r\n  /** @billable provider=OpenIA */ const a = () => 1;\r\n</script>\r\n';
  const [diagnostic] = transform(source, 'App.svelte').diagnostics;
  expect(diagnostic).toMatchObject({ code: 'PAN1108', line: 3, column: 26 });
  expect(source.slice(diagnostic?.start, diagnostic?.end)).toBe('OpenIA');
});

it('says where the syntax of a script is wrong, and for a function that ends with its script', () => {
  const broken = transform(
    '<template/>\n<script>\n/** @billable provider=OpenAI */ f( {\n</script>',
    'A.vue',
  ).diagnostics;
  expect(broken).toMatchObject([{ code: 'PAN1001' }]);
  const last = transform('<script>\n/** @billable provider=OpenAI */\n</script>\n<p>x</p>', 'A.vue').diagnostics;
  expect(last).toMatchObject([{ code: 'PAN1201', line: 2 }]);
});

it.each([
  [
    'a text of the template',
    '<template><p>/** @billable provider=Nobody */ x = () => 1</p></template><script>const a = 1;</script>',
  ],
  ['a script without the tag', '<!-- @billable --><script>this is not JavaScript</script>'],
])('leaves %s alone', (_, source) => {
  const before = parseCount();
  expect(transform(source, 'A.vue')).toEqual({
    code: source,
    map: null,
    billables: [],
    diagnostics: [],
    stages: undefined,
  });
  expect(parseCount() - before).toBe(0);
});

it('reads a script without a language in that of the other one', () => {
  const source =
    '<script module>\nlet a: number;\n/** @billable provider=System */ const f = (x: number) => x;\n</script>\n<script lang="ts"></script>';
  expect(transform(source, 'A.svelte')).toMatchObject({ diagnostics: [], billables: [{ name: 'f', line: 3 }] });
});

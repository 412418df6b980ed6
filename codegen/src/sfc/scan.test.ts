import { expect, it } from 'vitest';
import type { ComponentKind } from './kind.ts';
import { scanScripts } from './scan.ts';

/** Language and content of each script. */
const scripts = (kind: ComponentKind, source: string): [string, string][] =>
  scanScripts(source, kind).map(({ start, end, lang }) => [lang, source.slice(start, end)]);

it('finds several scripts with their languages, quoted in any way', () => {
  const source = `<script lang="ts" generic="T extends Record<string, 'a' | 'b'>" setup>one</script>
<script  lang = 'TS'>two</script ><script lang=jsx>three</script><script>four</script>`;
  const found = [
    ['ts', 'one'],
    ['ts', 'two'],
    ['jsx', 'three'],
    ['', 'four'],
  ];
  expect(scripts('vue', source)).toEqual(found);
  expect(scripts('svelte', source)).toEqual(found);
});

it.each(['vue', 'svelte'] as const)('%s: leaves comments, nested scripts and scripts of other files alone', (kind) => {
  const source = `<!-- <script>no</script> --><template><div title="</template> <script>">
<script>no</script><title>x</title></div><!-- </template> --></template><script src="./other.ts"></script>
<script src="./empty.ts" /><style>a::before { content: '<script>no' }</style>
<script>const text = "<template>"; // <!--
</script>`;
  expect(scripts(kind, source)).toEqual([['', 'const text = "<template>"; // <!--\n']]);
});

it('ends a script at the first end tag, even in a string, as the compilers do', () => {
  expect(scripts('vue', "<script>const a = '</script>';")).toEqual([['', "const a = '"]]);
  expect(scripts('svelte', "<script>const a = '</scripts>'</script\n>;")).toEqual([['', "const a = '</scripts>'"]]);
});

it('keeps the line ends of a script', () => {
  expect(scripts('vue', '<script>\r\none()\r\n</script>\r\n')).toEqual([['', '\r\none()\r\n']]);
});

it('knows what a Vue template may hold', () => {
  const source = `<template lang='html'><template #slot="{ item }"><br></template><template />
{{ '</template><script>' }} {{ a < b }} <textarea></template></textarea><p :a="x > 1 ? '</template>' : ''" />
</template><template lang="pug">p <template></template><docs>
<script>no</script></docs><script setup>yes</script>`;
  expect(scripts('vue', source)).toEqual([['', 'yes']]);
});

it('goes on behind an interpolation that is never closed', () => {
  expect(scripts('vue', '<template><p v-pre>{{ a</p></template><script>yes</script>')).toEqual([['', 'yes']]);
});

it('knows what Svelte markup may hold', () => {
  const source = `<svelte:head>{@html \`<script>\${JSON.stringify({ a: '}' })}</script>\`}<script>no</script></svelte:head>
{#if text.replace(/['"{]/g, '') === '{' /* } */}<input value={'>'} {...rest}><script>no</script>{:else}<img alt="it's">{/if}
<ul><li>one<li>two</ul><p class="a {b ? '"' : ">"}">it's {4 / 2} {\`\${'\`'}\`}</p>
<script module lang="ts">yes</script><textarea><script></textarea>
{#each list as item // }
}{item}{/each}<script lang="ts">also</script>`;
  expect(scripts('svelte', source)).toEqual([
    ['ts', 'yes'],
    ['ts', 'also'],
  ]);
});

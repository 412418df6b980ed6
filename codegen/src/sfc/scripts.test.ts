import { describe, expect, it } from 'vitest';
import { scriptBlocks } from './scripts.ts';

const found = (component: string): string[] =>
  scriptBlocks(component).map(({ start, end, lang }) => `${lang}: ${component.slice(start, end)}`);

describe('scriptBlocks', () => {
  it.each([
    ['<script>a</script>', ['js: a']],
    ['<script setup lang="ts">a</script>\n<template><p/></template>', ['ts: a']],
    ["<script lang='tsx' setup>a</script>", ['tsx: a']],
    ['<script lang=ts>a</script>', ['ts: a']],
    ['<script lang = "ts">a</script >', ['ts: a']],
    ['<script setup generic="T extends Record<string, number>" lang="ts">a</script>', ['ts: a']],
    ['<script>const a = 1 < 2 && "<p>";</script><script setup>b</script>', ['js: const a = 1 < 2 && "<p>";', 'js: b']],
    ['<script module>a</script>\n<script>b</script>\n<p>{#if a < b}<b>x</b>{/if}</p>', ['js: a', 'js: b']],
    ['<SCRIPT>a</SCRIPT>', ['js: a']],
    ['<script src="./a.ts" lang="ts" />\n<script setup>b</script>', ['js: b']],
    ['<script>never closed', ['js: never closed']],
  ])('finds the scripts of %j', (component, blocks) => {
    expect(found(component)).toEqual(blocks);
  });

  it.each([
    '<!-- <script>a</script> -->',
    '<template><script>a</script></template>',
    '<template><template #x><i/></template><script>a</script></template>',
    '<template><!-- </template> --><script>a</script></template>',
    '<template><my-input :rule="a > b" /><template/><script>a</script></template>',
    '<svelte:head><script>a</script></svelte:head>',
    '<style>p::after { content: "<script>a</script>" }</style>',
    'no markup at all',
    '<script src="./a.js"/>',
  ])('finds none in %j', (component) => {
    expect(found(component)).toEqual([]);
  });

  it('finds the script behind a template', () => {
    expect(found('<template>\n<template v-if="a > b">x</template></template>\n<script>a</script>')).toEqual(['js: a']);
  });
});

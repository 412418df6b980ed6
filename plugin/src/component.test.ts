import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rspack } from '@rspack/core';
import { build as esbuild } from 'esbuild';
import { rolldown } from 'rolldown';
import { rollup } from 'rollup';
import { build as vite } from 'vite';
import { afterAll, expect, it } from 'vitest';
import webpack from 'webpack';
import { Components } from './components.ts';
import { panoptic } from './core.ts';

const root = mkdtempSync(path.join(tmpdir(), 'panoptic-component-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const write = (name: string, code: string): void => writeFileSync(path.join(root, name), code);
const input = path.join(root, 'main.js');
write('package.json', '{ "name": "site", "private": true }');
write('main.js', "import './Ask.vue';\n");
write('Ask.vue', '<template/>\n<script>\n/** @billable provider=OpenAI */ function ask() {}\n</script>\n');

const OPTIONS = { checkRuntime: false };
const packed = {
  mode: 'production' as const,
  context: root,
  entry: input,
  target: 'node20',
  output: { path: path.join(root, 'packed') },
};

/** The errors of a build. */
const builds: Record<string, () => Promise<string>> = {
  rollup: () => failure(async () => (await rollup({ input, plugins: [panoptic.rollup(OPTIONS)] })).generate({})),
  rolldown: () =>
    failure(async () =>
      (await rolldown({ input, platform: 'node', plugins: [panoptic.rolldown(OPTIONS)] })).generate({}),
    ),
  esbuild: () =>
    failure(() =>
      esbuild({
        entryPoints: [input],
        bundle: true,
        platform: 'node',
        write: false,
        logLevel: 'silent',
        plugins: [panoptic.esbuild(OPTIONS)],
      }),
    ),
  webpack: () =>
    new Promise((resolve) =>
      webpack({ ...packed, plugins: [panoptic.webpack(OPTIONS)] }, (_, stats) => resolve(`${stats}`)),
    ),
  rspack: () =>
    new Promise((resolve) =>
      rspack({ ...packed, plugins: [panoptic.rspack(OPTIONS)] }, (_, stats) => resolve(`${stats}`)),
    ),
};

async function failure(build: () => Promise<unknown>): Promise<string> {
  try {
    await build();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'no failure';
}

it.each(Object.entries(builds))('%s says that it cannot bill a component', async (_, build) => {
  const said = await build();
  expect(said).toContain('PAN2106');
  expect(said).toContain('Ask.vue:3:34');
});

it('says in Vite that a component of Vue needs its plugin', async () => {
  const build = { ssr: input, write: false };
  const said = await failure(() =>
    vite({ root, configFile: false, logLevel: 'silent', plugins: [panoptic.vite(OPTIONS)], build }),
  );
  expect(said).toContain('PAN2104');
});

it('refuses a component whose compiled form does not hold its functions', async () => {
  write('lost.js', "import './Lost.svelte';\n");
  write('Lost.svelte', '<script>\n/** @billable provider=OpenAI */ export const ask = () => 1;\n</script>\n');
  const loses = { name: 'loses', transform: (_: string, id: string) => (id.endsWith('.svelte') ? 'export {};' : null) };
  const said = await failure(() =>
    vite({
      root,
      configFile: false,
      logLevel: 'silent',
      plugins: [loses, panoptic.vite(OPTIONS)],
      build: { ssr: path.join(root, 'lost.js'), write: false },
    }),
  );
  expect(said).toContain('PAN2105');
  expect(said).toContain('Lost.svelte');
});

it('leaves the pieces alone that compilers make of components', async () => {
  const pieces = [
    'A.astro?astro&type=script&index=0&lang.ts',
    'B.vue?vue&type=template&id=1&lang.js',
    'C.svelte?svelte&type=style&lang.js',
  ];
  write('pieces.js', pieces.map((id) => `import '${id}';`).join('\n'));
  const makes = {
    name: 'makes',
    resolveId: (id: string) => (pieces.includes(id) ? path.join(root, id) : null),
    load: (id: string) =>
      pieces.some((piece) => id.endsWith(piece))
        ? '/** @billable provider=Nobody */\nexport const ask = () => 1;\nconsole.log(ask());'
        : null,
  };
  const built = (await vite({
    root,
    configFile: false,
    logLevel: 'silent',
    plugins: [makes, panoptic.vite(OPTIONS)],
    build: { ssr: path.join(root, 'pieces.js'), write: false },
  })) as { output: { code?: string }[] };
  expect(built.output[0]?.code?.match(/console\.log/g)).toHaveLength(3);
  expect(built.output[0]?.code).not.toContain('__pan_');
});

it('gives the rewritten form of the very text that was read, and to servers only', () => {
  const components = new Components();
  const rewritten = { code: 'rewritten', map: null, sites: { names: ['__pan_a'], code: 'function __pan_a() {}' } };
  components.note('a.vue', 'raw', rewritten);
  expect(components.rewritten('a.vue', 'raw', true)).toBe(rewritten);
  expect(components.rewritten('a.vue', 'raw', undefined)).toBe(rewritten);
  expect(components.rewritten('a.vue', 'raw', false)).toBeUndefined();
  expect(components.rewritten('a.vue', 'edited', true)).toBeUndefined();
  components.leave('a.vue');
  expect(components.rewritten('a.vue', 'raw', undefined)).toBeUndefined();
  expect(components.rewritten('a.vue', 'raw', true)).toBe(rewritten);
});

it('completes whatever module calls the sites', () => {
  const components = new Components();
  components.note('a.vue', 'raw', { code: '', map: null, sites: { names: ['__pan_a'], code: 'sites' } });
  expect(components.complete('a.vue', 'import "a.vue?vue&type=script"')).toBeUndefined();
  expect(components.complete('b.vue', '__pan_a()')).toBeUndefined();
  expect(components.lost).toEqual(['a.vue']);
  expect(components.complete('a.vue?vue&type=script&lang.ts', '__pan_a()')?.code).toBe('__pan_a()\nsites');
  expect(components.lost).toEqual([]);
});

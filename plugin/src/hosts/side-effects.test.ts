import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type InputOptions as RolldownInput, rolldown } from 'rolldown';
import { type InputOptions as RollupInput, rollup } from 'rollup';
import { build as vite } from 'vite';
import { afterAll, expect, it } from 'vitest';
import { panoptic } from '../core.ts';

const root = mkdtempSync(path.join(tmpdir(), 'panoptic-side-effects-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const write = (name: string, code: string): void => writeFileSync(path.join(root, name), code);
const input = path.join(root, 'main.js');
write('package.json', '{ "name": "app", "dependencies": { "@panoptic/runtime": "*" } }');
write('main.js', "import 'outside';\nimport './effect.js';\nimport './library.js';\nexport const main = 1;\n");
write('effect.js', 'globalThis.effect = 1;\n');
write('library.js', '/** @billable provider=System */\nexport const unused = () => 1;\n');

const external = ['outside', '@panoptic/runtime/instrument'];
const options = { checkRuntime: false };

type Treeshake = Exclude<RollupInput['treeshake'] & RolldownInput['treeshake'], undefined>;

const builds = {
  async rollup(treeshake: Treeshake, plugged: boolean) {
    const bundle = await rollup({ input, external, treeshake, plugins: plugged ? [panoptic.rollup(options)] : [] });
    return (await bundle.generate({})).output[0].code;
  },
  async rolldown(treeshake: Treeshake, plugged: boolean) {
    const plugins = plugged ? [panoptic.rolldown(options)] : [];
    const bundle = await rolldown({ input, external, treeshake, plugins, platform: 'node' });
    return (await bundle.generate({})).output[0].code;
  },
  async vite(treeshake: Treeshake, plugged: boolean) {
    const result = await vite({
      root,
      configFile: false,
      logLevel: 'silent',
      plugins: plugged ? [panoptic.vite(options)] : [],
      build: { ssr: input, write: false, minify: false, rolldownOptions: { external, treeshake } },
    });
    if (!('output' in result)) throw new Error('Vite made more than one bundle.');
    return result.output[0].code;
  },
};

const forms: [string, Treeshake][] = [
  ['true', true],
  ['modules without side effects', { moduleSideEffects: false }],
  ['modules with side effects', { moduleSideEffects: true }],
  ["'no-external'", { moduleSideEffects: 'no-external' }],
  ['a list', { moduleSideEffects: [path.join(root, 'effect.js')] }],
  ['a function', { moduleSideEffects: (id: string) => id === 'outside' }],
];

/** Rollup's preset and Rolldown's rules, which the other does not know. */
const smallest: unknown = 'smallest';
const rules: unknown = {
  moduleSideEffects: [
    { test: /effect/, sideEffects: true },
    { test: /./, sideEffects: false },
  ],
};

const cases = Object.entries(builds).flatMap(([bundler, build]) =>
  [...forms, bundler === 'rollup' ? (['a preset', smallest] as const) : (['rules', rules] as const)].map(
    ([form, treeshake]) => ({ bundler, form, build, treeshake: treeshake as Treeshake }),
  ),
);

it.each(cases)('means to $bundler what it meant: $form', async ({ build, treeshake }) => {
  const code = await build(treeshake, true);
  expect(code).toBe(await build(treeshake, false));
  expect(code).not.toContain('@panoptic');
});

it.each(Object.entries(builds))('leaves it off: %s', async (_, build) => {
  expect(await build(false, true)).toContain('@panoptic/runtime/instrument');
});

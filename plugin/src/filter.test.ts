import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseCount } from '@panoptic/codegen';
import { rspack } from '@rspack/core';
import { type Plugin as EsbuildPlugin, build as esbuild } from 'esbuild';
import { build as rolldown } from 'rolldown';
import { rollup } from 'rollup';
import { build as vite } from 'vite';
import { afterAll, describe, expect, it } from 'vitest';
import webpack from 'webpack';
import { panoptic } from './core.ts';

const root = mkdtempSync(path.join(tmpdir(), 'panoptic-filter-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const input = path.join(root, 'main.js');
const write = (name: string, code: string): void => writeFileSync(path.join(root, name), code);
write('main.js', "import './tagged.js'; import './plain.js'; import text from './tagged.js?raw'; console.log(text);");
write('plain.js', '/** billable, without the sign */ export const plain = () => 1; console.log(plain());');
write('tagged.js', '/** @billable provider=OpenAI */ export const paid = () => 1; console.log(paid());');

const OPTIONS = { checkRuntime: false };
const EXTERNAL = /^@panoptic\//;

/** Text of a file behind `?raw`, for bundlers that have no such thing. */
const raw = {
  name: 'raw',
  resolveId: (id: string) => (id.endsWith('?raw') ? path.join(root, id) : null),
  load: (id: string) => (id.endsWith('?raw') ? "export default '/** @billable provider=Nobody */';" : null),
};

const esbuildRaw: EsbuildPlugin = {
  name: 'raw',
  setup: ({ onLoad }) =>
    onLoad({ filter: /tagged\.js$/ }, ({ suffix }) =>
      suffix === '?raw' ? { contents: '/** @billable provider=Nobody */', loader: 'text' } : undefined,
    ),
};

/** Writes down which files a bundler hands over. */
function handedOver(plugin: object): string[] {
  const { transform } = plugin as { transform: { handler(this: unknown, code: string, id: string): unknown } };
  const { handler } = transform;
  const handed: string[] = [];
  transform.handler = function (this: unknown, code, id) {
    handed.push(path.relative(root, id));
    return handler.call(this, code, id);
  };
  return handed;
}

const builds = {
  async rollup() {
    const plugin = panoptic.rollup(OPTIONS);
    const handed = handedOver(plugin);
    const bundle = await rollup({ input, external: EXTERNAL, plugins: [raw, plugin] });
    await bundle.generate({});
    return handed;
  },
  async rolldown() {
    const plugin = panoptic.rolldown(OPTIONS);
    const handed = handedOver(plugin);
    await rolldown({ input, platform: 'node', external: EXTERNAL, plugins: [raw, plugin], write: false });
    return handed;
  },
  async vite() {
    const [plugin = {}, ...others] = panoptic.vite(OPTIONS);
    const handed = handedOver(plugin);
    const build = { ssr: input, write: false, rolldownOptions: { external: EXTERNAL } };
    await vite({ root, configFile: false, logLevel: 'silent', plugins: [plugin, ...others], build });
    return handed;
  },
};

describe.each(Object.entries(builds))('%s', (_, build) => {
  it('hands over only the file with the tag, which alone is parsed', async () => {
    const before = parseCount();
    expect(await build()).toEqual(['tagged.js']);
    expect(parseCount() - before).toBe(1);
  });
});

const finished = (run: (done: (error: Error | null) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => run((error) => (error ? reject(error) : resolve())));

const rawRule = { resourceQuery: /raw/, type: 'asset/source' };
const packed = {
  mode: 'production' as const,
  context: root,
  entry: input,
  target: 'node20',
  output: { path: path.join(root, 'packed') },
  externalsType: 'node-commonjs' as const,
  externals: EXTERNAL,
  module: { rules: [rawRule] },
};

describe.each([
  ['webpack', () => finished((done) => webpack({ ...packed, plugins: [panoptic.webpack(OPTIONS)] }, done))],
  ['rspack', () => finished((done) => rspack({ ...packed, plugins: [panoptic.rspack(OPTIONS)] }, done))],
  [
    'esbuild',
    () =>
      esbuild({
        entryPoints: [input],
        bundle: true,
        platform: 'node',
        write: false,
        external: ['@panoptic/runtime'],
        plugins: [esbuildRaw, panoptic.esbuild(OPTIONS)],
      }),
  ],
])('%s', (_, build) => {
  it('lets only the file with the tag be parsed', async () => {
    const before = parseCount();
    await build();
    expect(parseCount() - before).toBe(1);
  });
});

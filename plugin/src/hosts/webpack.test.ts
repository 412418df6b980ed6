import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseCount } from '@panoptic/codegen';
import { rspack } from '@rspack/core';
import { afterAll, describe, expect, it, vi } from 'vitest';
import webpack from 'webpack';
import { Build } from '../build.ts';
import { panoptic } from '../core.ts';
import { type Options, resolveOptions } from '../options.ts';
import { keyCache } from './webpack-cache.ts';

const root = mkdtempSync(path.join(tmpdir(), 'panoptic-webpack-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('keys the cache on disk on the version of the plugin and on its options', () => {
  const { version } = JSON.parse(readFileSync(path.join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'));
  const cache = { type: 'filesystem' as const, version: 'mine' };
  keyCache(new Build(resolveOptions({ exclude: /generated/ })), { cache });
  expect(cache.version).toContain(`mine|panoptic ${version} {`);
  expect(cache.version).toContain('/generated/');
});

const source = (provider: string): string =>
  `/** @billable provider=${provider} */ export const paid = () => 1; console.log(paid());`;

interface Stats {
  toString(options: object): string;
}

/** One build in a compiler of its own, as a new process would make it; what it printed and the line it said. */
async function buildOnce(bundler: 'webpack' | 'rspack', folder: string, options: Options = {}): Promise<string> {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const common = {
    mode: 'development' as const,
    context: folder,
    entry: './main.js',
    target: 'node20',
    output: { path: path.join(folder, 'out') },
    externalsType: 'node-commonjs' as const,
    externals: /^@panoptic\//,
  };
  const own = { checkRuntime: false, ...options };
  const compiler =
    bundler === 'webpack'
      ? webpack({ ...common, cache: { type: 'filesystem' }, plugins: [panoptic.webpack(own)] })
      : rspack({ ...common, cache: { type: 'persistent' }, plugins: [panoptic.rspack(own)] });
  if (!compiler) throw new Error('no compiler');
  const stats = await new Promise<Stats | undefined>((resolve, reject) =>
    compiler.run((error, result) => (error ? reject(error) : resolve(result))),
  );
  await new Promise<void>((resolve) => compiler.close(() => resolve()));
  const lines = said.mock.calls.map(([line]) => String(line));
  said.mockRestore();
  return [
    stats?.toString({ all: false, errors: true, errorDetails: true, warnings: true, colors: false }),
    ...lines,
  ].join('\n');
}

describe.each(['webpack', 'rspack'] as const)('%s with its cache on disk', (bundler) => {
  function project(name: string, provider: string): string {
    const folder = path.join(root, bundler, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'main.js'), source(provider));
    writeFileSync(path.join(folder, 'package.json'), '{ "name": "cached" }');
    return folder;
  }

  it('counts what comes out of the cache', async () => {
    const folder = project('good', 'OpenAI');
    const before = parseCount();
    for (const _ of ['first', 'second', 'third']) {
      expect((await buildOnce(bundler, folder)).trim()).toBe('Panoptic: 1 function in 1 file');
    }
    expect(parseCount() - before).toBe(1);
  });

  it('fails again and again, and says once why', async () => {
    const folder = project('bad', 'OpenIA');
    for (const _ of ['first', 'second']) expect((await buildOnce(bundler, folder)).match(/PAN1108/g)).toHaveLength(1);
  });

  it('does not take what other options made', async () => {
    const folder = project('options', 'Acme');
    expect(await buildOnce(bundler, folder, { providers: { Acme: 'API' } })).toContain('1 function');
    expect(await buildOnce(bundler, folder, { providers: { Acmes: 'API' } })).toContain('PAN1108');
  });
});

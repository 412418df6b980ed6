import {
  createUnplugin,
  type UnpluginBuildContext,
  type UnpluginContext,
  type UnpluginInstance,
  type UnpluginOptions,
} from 'unplugin';
import { Build } from './build.ts';
import { esbuildHost } from './hosts/esbuild.ts';
import type { Host } from './hosts/host.ts';
import { rollupHost } from './hosts/rollup.ts';
import { viteHost } from './hosts/vite.ts';
import { webpackHost } from './hosts/webpack.ts';
import { type Options, resolveOptions } from './options.ts';
import { rewrite } from './rewrite.ts';

/** Modules that are no source of their own: virtual ones, files asked for as text or address, declarations. */
const NEVER = [/\0/, /[?&](?:raw|url|inline|worker|sharedworker)\b/, /\.d\.[cm]?ts(?:[?#]|$)/];

const hosts: Record<string, (build: Build) => Host> = {
  esbuild: esbuildHost,
  rolldown: rollupHost,
  rollup: rollupHost,
  rspack: webpackHost,
  vite: viteHost,
  webpack: webpackHost,
};

function plugin(raw: Options | undefined, { framework }: { framework: string }): UnpluginOptions {
  const options = resolveOptions(raw);
  const build = new Build(options);
  const host = (hosts[framework] ?? rollupHost)(build);
  const transform = {
    // Other transforms drop comments, and the tag with them. `enforce` says it to Vite, webpack and Rspack, this to Rollup and Rolldown.
    order: 'pre',
    filter: { id: { include: options.include, exclude: [...options.exclude, ...NEVER] }, code: '@billable' },
    handler(this: UnpluginBuildContext & UnpluginContext, code: string, id: string) {
      return rewrite(build, code, id, host.scope(this));
    },
  };
  return { name: 'panoptic', enforce: 'pre', transform, ...host.hooks };
}

/** The plugin of every bundler. */
export const panoptic: UnpluginInstance<Options | undefined, false> = createUnplugin(plugin);

import { createUnplugin, type UnpluginInstance, type UnpluginOptions } from 'unplugin';
import { Build } from './build.ts';
import { COMPILED } from './components.ts';
import { NEVER } from './filter.ts';
import { bunHost } from './hosts/bun.ts';
import { esbuildHost } from './hosts/esbuild.ts';
import { farmHost } from './hosts/farm.ts';
import type { Host, TransformContext } from './hosts/host.ts';
import { rollupHost } from './hosts/rollup.ts';
import { viteHost } from './hosts/vite.ts';
import { webpackHost } from './hosts/webpack.ts';
import { type Options, resolveOptions } from './options.ts';
import { rewrite } from './rewrite.ts';

const hosts: Record<string, (build: Build) => Host> = {
  bun: bunHost,
  esbuild: esbuildHost,
  farm: farmHost,
  rolldown: rollupHost,
  rollup: rollupHost,
  rspack: webpackHost,
  vite: viteHost,
  webpack: webpackHost,
};

function plugins(raw: Options | undefined, { framework }: { framework: string }): UnpluginOptions[] {
  const options = resolveOptions(raw);
  const build = new Build(options);
  const host = (hosts[framework] ?? rollupHost)(build);
  const transform = {
    // Other transforms drop comments, and the tag with them. `enforce` says it to Vite, webpack and Rspack, this to Rollup and Rolldown.
    order: 'pre',
    filter: { id: { include: options.include, exclude: [...options.exclude, ...NEVER] }, code: '@billable' },
    handler(this: TransformContext, code: string, id: string) {
      return rewrite(build, code, id, host.scope(this));
    },
  };
  const first: UnpluginOptions = { name: 'panoptic', enforce: 'pre', transform, ...host.hooks };
  // Other bundlers' compilers of components read the file themselves, or hand over nothing but pieces of it.
  if (framework !== 'vite') return [first];
  const complete = {
    filter: { id: COMPILED, code: '__pan_' },
    handler(this: TransformContext, code: string, id: string) {
      return build.components.complete(id, code, host.scope(this).client);
    },
  };
  // Behind the compilers of the frameworks, wherever the user puts them.
  return [first, { name: 'panoptic:components', enforce: 'post', transform: complete }];
}

type Instance<Nested extends boolean> = UnpluginInstance<Options | undefined, Nested>;
type Panoptic = Omit<Instance<false>, 'vite'> & Pick<Instance<true>, 'vite'>;

/** The plugin of every bundler; of Vite two, one of them for components. */
export const panoptic: Panoptic = createUnplugin(plugins) as object as Panoptic;

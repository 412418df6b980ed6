import type { UnpluginInstance } from 'unplugin';
import { panoptic } from './core.ts';
import type { Options } from './options.ts';

/**
 * Plugin of Bun's bundler. Without a `target` of `'bun'` or `'node'` Bun builds for browsers, where nothing is recorded. To run
 * sources without a build: `bun --preload @panoptic/codegen/register`.
 *
 * @throws PanopticBuildError `PAN2001` for an option that cannot be used
 * @example
 * ```ts
 * import panoptic from '@panoptic/plugin/bun';
 *
 * await Bun.build({
 *   entrypoints: ['src/main.ts'],
 *   target: 'bun',
 *   outdir: 'dist',
 *   plugins: [panoptic()],
 * });
 * ```
 */
const plugin: (options?: Options) => ReturnType<UnpluginInstance<Options | undefined>['bun']> = panoptic.bun;
export default plugin;

import type { Plugin } from 'esbuild';
import { panoptic } from './core.ts';
import type { Options } from './options.ts';

/**
 * esbuild plugin. Without `platform: 'node'` esbuild builds for browsers, where nothing is recorded.
 *
 * @throws PanopticBuildError `PAN2001` for an option that cannot be used
 * @example
 * ```ts
 * import panoptic from '@panoptic/plugin/esbuild';
 * import { build } from 'esbuild';
 *
 * await build({
 *   entryPoints: ['src/main.ts'],
 *   bundle: true,
 *   platform: 'node',
 *   outdir: 'dist',
 *   plugins: [panoptic()],
 * });
 * ```
 */
const plugin: (options?: Options) => Plugin = panoptic.esbuild;
export default plugin;

import type { Plugin } from 'rollup';
import { panoptic } from './core.ts';
import type { Options } from './options.ts';

/**
 * Rollup plugin.
 *
 * @throws PanopticBuildError `PAN2001` for an option that cannot be used
 * @example
 * ```ts
 * // rollup.config.js
 * import panoptic from '@panoptic/plugin/rollup';
 * import esbuild from 'rollup-plugin-esbuild';
 *
 * export default {
 *   input: 'src/main.ts',
 *   output: { dir: 'dist', sourcemap: true },
 *   plugins: [panoptic(), esbuild()],
 * };
 * ```
 */
const plugin: (options?: Options) => Plugin = panoptic.rollup;
export default plugin;

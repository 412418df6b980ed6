import type { Plugin } from 'rolldown';
import { panoptic } from './core.ts';
import type { Options } from './options.ts';

/**
 * Rolldown plugin.
 *
 * @throws PanopticBuildError `PAN2001` for an option that cannot be used
 * @example
 * ```ts
 * // rolldown.config.js
 * import panoptic from '@panoptic/plugin/rolldown';
 *
 * export default {
 *   input: 'src/main.ts',
 *   platform: 'node',
 *   output: { dir: 'dist', sourcemap: true },
 *   plugins: [panoptic()],
 * };
 * ```
 */
const plugin: (options?: Options) => Plugin = panoptic.rolldown;
export default plugin;

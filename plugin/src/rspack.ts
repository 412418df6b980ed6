import type { RspackPluginInstance } from '@rspack/core';
import { panoptic } from './core.ts';
import type { Options } from './options.ts';

/**
 * Rspack plugin. Without `target: 'node'` Rspack builds for browsers, where nothing is recorded.
 *
 * @throws PanopticBuildError `PAN2001` for an option that cannot be used
 * @example
 * ```ts
 * // rspack.config.js
 * import panoptic from '@panoptic/plugin/rspack';
 *
 * export default {
 *   target: 'node',
 *   entry: './src/main.ts',
 *   module: { rules: [{ test: /\.ts$/, loader: 'builtin:swc-loader' }] },
 *   plugins: [panoptic()],
 * };
 * ```
 */
const plugin: (options?: Options) => RspackPluginInstance = panoptic.rspack;
export default plugin;

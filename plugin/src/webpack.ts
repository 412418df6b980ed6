import type { WebpackPluginInstance } from 'webpack';
import { panoptic } from './core.ts';
import type { Options } from './options.ts';

/**
 * webpack plugin. Without `target: 'node'` webpack builds for browsers, where nothing is recorded.
 *
 * @throws PanopticBuildError `PAN2001` for an option that cannot be used
 * @example
 * ```ts
 * // webpack.config.js
 * import panoptic from '@panoptic/plugin/webpack';
 *
 * export default {
 *   target: 'node',
 *   entry: './src/main.ts',
 *   module: { rules: [{ test: /\.ts$/, loader: 'esbuild-loader' }] },
 *   plugins: [panoptic()],
 * };
 * ```
 */
const plugin: (options?: Options) => WebpackPluginInstance = panoptic.webpack;
export default plugin;

import type { UnpluginInstance } from 'unplugin';
import { panoptic } from './core.ts';
import type { Options } from './options.ts';

/**
 * Farm plugin. Without an `output.targetEnv` of `'node'` Farm builds for browsers, where nothing is recorded.
 *
 * @throws PanopticBuildError `PAN2001` for an option that cannot be used
 * @example
 * ```ts
 * // farm.config.ts
 * import panoptic from '@panoptic/plugin/farm';
 *
 * export default {
 *   compilation: { input: { index: 'src/main.ts' }, output: { targetEnv: 'node' } },
 *   plugins: [panoptic()],
 * };
 * ```
 */
const plugin: (options?: Options) => ReturnType<UnpluginInstance<Options | undefined>['farm']> = panoptic.farm;
export default plugin;

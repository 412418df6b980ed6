import { load } from './loader/loader.ts';

export type { LoaderOptions } from './loader/loader-options.ts';

/**
 * The rewrite as a webpack loader, for tools that take loaders and no plugins. Its options are those of the plugin.
 *
 * @example
 * ```ts
 * // in `turbopack.rules`, which `withPanoptic` of `@panoptic/plugin/next` fills in
 * { '*.ts': { loaders: ['@panoptic/plugin/loader'], condition: { content: /@billable/ } } };
 * ```
 */
export default load;

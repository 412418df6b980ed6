/**
 * Next 15 and 16: wraps its configuration.
 *
 * @example
 * ```ts
 * // next.config.ts
 * import { withPanoptic } from '@panoptic/plugin/next';
 *
 * export default withPanoptic({ output: 'standalone' });
 * ```
 */
export { withPanoptic } from './next/with-panoptic.ts';

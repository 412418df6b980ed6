import type { Plugin } from 'vite';
import { panoptic } from './core.ts';
import type { Options } from './options.ts';

/**
 * Vite plugin. Also for the scripts of Vue and Svelte components.
 *
 * @throws PanopticBuildError `PAN2001` for an option that cannot be used
 * @example
 * ```ts
 * // vite.config.ts
 * import panoptic from '@panoptic/plugin/vite';
 * import { defineConfig } from 'vite';
 *
 * export default defineConfig({
 *   plugins: [panoptic()],
 *   build: { ssr: 'src/main.ts' },
 * });
 * ```
 */
const plugin: (options?: Options) => Plugin[] = panoptic.vite;
export default plugin;

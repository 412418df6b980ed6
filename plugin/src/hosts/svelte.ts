import type { Components } from '../components.ts';

type Compile = (request: Request, code: string, options: unknown, environment: unknown, map: unknown) => unknown;

interface Request {
  filename: string;
}

/** What `@sveltejs/vite-plugin-svelte` shares among its plugins. */
interface SvelteApi {
  compileSvelte?: Compile;
}

/**
 * Keeps the maps of rewritten components right. From version 7 on the plugin of Svelte puts the maps of earlier transforms
 * into its own, and Vite does so once more: columns of edited lines would be moved twice.
 * Has to run before its plugins take the compiler from their common object.
 */
export function mapRewrittenSvelte(plugins: readonly { api?: unknown }[], components: Components): void {
  for (const { api } of plugins) {
    const shared = api as SvelteApi | undefined;
    const compile = shared?.compileSvelte;
    if (!shared || typeof compile !== 'function') continue;
    shared.compileSvelte = (request, code, options, environment, map) =>
      compile(request, code, options, environment, components.has(request.filename) ? undefined : map);
  }
}

import type { WebpackCompiler } from 'unplugin';
import type { Build } from '../build.ts';
import { pluginVersion } from '../version.ts';
import type { TransformContext } from './host.ts';

type WebpackCompilation = Parameters<Parameters<WebpackCompiler['hooks']['afterCompile']['tap']>[1]>[0];

/** Kept with the module in the bundler's cache, from which it comes back without passing through the plugin. */
interface Remembered {
  panoptic?: number;
}

/** Notes the functions of a file with its module. */
export function remember({ getNativeBuildContext }: TransformContext, functions: number): void {
  const native = getNativeBuildContext?.();
  const module = native && 'loaderContext' in native ? native.loaderContext?._module : undefined;
  if (module?.buildInfo) (module.buildInfo as Remembered).panoptic = functions;
}

/** What a module has to say must be said again: Rspack 2.2 takes it out of its cache as if nothing had been wrong. */
export function forget({ getNativeBuildContext }: TransformContext): void {
  const native = getNativeBuildContext?.();
  if (native && 'loaderContext' in native) native.loaderContext?.cacheable(false);
}

/** Counts the modules of a compilation, also those that came out of the cache. @param recorded their functions are */
export function countCached(build: Build, recorded: boolean, { modules }: WebpackCompilation): void {
  for (const module of modules) {
    const { panoptic } = (module.buildInfo ?? {}) as Remembered;
    const { resource = '' } = module as { resource?: string };
    if (panoptic !== undefined) build.tally().note(resource.replace(/[?#].*$/, ''), panoptic, recorded);
  }
}

/** What is cached on disk (webpack: 'filesystem', Rspack: 'persistent') was made by this version with these options. */
export function keyCache({ options }: Build, { cache }: Pick<WebpackCompiler['options'], 'cache'>): void {
  if (typeof cache !== 'object' || cache.type === 'memory') return;
  const patterns = (_key: string, value: unknown): unknown => (value instanceof RegExp ? String(value) : value);
  cache.version = `${cache.version ?? ''}|panoptic ${pluginVersion()} ${JSON.stringify(options, patterns)}`;
}

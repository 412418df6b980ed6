import type { UnpluginBuildContext, UnpluginContext, UnpluginOptions } from 'unplugin';
import type { FileScope } from '../rewrite.ts';

export type TransformContext = UnpluginBuildContext & UnpluginContext;

/** What differs from bundler to bundler. */
export interface Host {
  /** The bundler's own hooks: start, resolving of the runtime, end. */
  readonly hooks: Pick<
    UnpluginOptions,
    'vite' | 'rollup' | 'rolldown' | 'esbuild' | 'webpack' | 'rspack' | 'farm' | 'bun'
  >;
  scope(context: TransformContext): FileScope;
}

import type { FileScope } from '../rewrite.ts';
import type { TransformContext } from './host.ts';

const isEsbuildLoader = ({ path }: { path: string }): boolean => /[\\/]esbuild-loader[\\/]/.test(path);

/**
 * esbuild's transform cannot be handed a source map, so esbuild-loader drops the one of the loaders before it; one in the
 * code is read. It then has to lead to the source itself, through the maps of the loaders before ours.
 */
export function inlineMap({ getNativeBuildContext }: TransformContext): FileScope['inlineMap'] {
  const native = getNativeBuildContext?.();
  const isWebpack = native?.framework === 'webpack' || native?.framework === 'rspack';
  if (!isWebpack || !native.loaderContext?.loaders.some(isEsbuildLoader)) return undefined;
  const { compiler, inputSourceMap } = native;
  return (code, map, source) => {
    if (!inputSourceMap) return map.toUrl();
    const { SourceMapSource } = compiler.webpack.sources;
    const [name = ''] = map.sources;
    const whole = new SourceMapSource(code, name, map.toString(), source, inputSourceMap, true).map();
    return `data:application/json;base64,${Buffer.from(JSON.stringify(whole)).toString('base64')}`;
  };
}

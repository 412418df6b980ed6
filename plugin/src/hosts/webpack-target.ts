import type { RspackCompiler, WebpackCompiler } from 'unplugin';

type Compiler = WebpackCompiler | RspackCompiler;
type Platform = Partial<Record<'web' | 'webworker' | 'node', boolean | null | undefined>>;

/** Compilers before webpack 5.92 and Rspack 1.5 do not tell their platform. */
const platformOf = ({ options: { externalsPresets, target } }: Pick<Compiler, 'options'>): Platform => ({
  web: externalsPresets.web,
  node: externalsPresets.node,
  webworker: [target].flat().includes('webworker'),
});

/** Code that only a browser runs; `webworker` and universal targets may be servers. */
export function targetsBrowser(compiler: Pick<Compiler, 'options'> & { readonly platform?: Platform }): boolean {
  const { web, webworker, node } = compiler.platform ?? platformOf(compiler);
  return web === true && webworker !== true && node !== true;
}

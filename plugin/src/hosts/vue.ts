import remapping, { type EncodedSourceMap } from '@jridgewell/remapping';
import type { Components } from '../components.ts';

interface Descriptor {
  filename: string;
  source: string;
  template: unknown;
}

interface Script {
  map?: EncodedSourceMap;
}

interface ScriptOptions {
  sourceMap?: boolean;
  templateOptions?: { ssr?: boolean; compilerOptions?: unknown };
}

/** `vue/compiler-sfc`, as far as it is used. */
interface Compiler {
  parse(source: string, options: object): { descriptor: Descriptor };
  compileScript(descriptor: Descriptor, options: ScriptOptions): Script;
}

/** What `@vitejs/plugin-vue` offers to other plugins. */
interface VueApi {
  options: { compiler: Compiler | null };
}

const WRAPPED = Symbol('reads rewritten scripts');

/**
 * Lets the compiler of Vue read the rewritten scripts of a component, and nothing else of the rewritten text. The
 * component itself stays as it was written: in production its text goes into the id of its scoped styles, which has to
 * be the same on the server and in the browser, and hot updates compare it with the file.
 *
 * @returns false when no plugin of Vue is there, or it has no compiler
 */
export function readRewrittenVue(plugins: readonly { name: string; api?: unknown }[], components: Components): boolean {
  const api = plugins.find(({ name }) => name === 'vite:vue')?.api as VueApi | undefined;
  const compiler = api?.options?.compiler;
  if (!api || !compiler) return false;
  if (WRAPPED in compiler) return true;
  const compileScript = (descriptor: Descriptor, options: ScriptOptions): Script => {
    const rewritten = components.rewritten(descriptor.filename, descriptor.source, options.templateOptions?.ssr);
    if (!rewritten) return compiler.compileScript(descriptor, options);
    const { compilerOptions } = options.templateOptions ?? {};
    const { descriptor: edited } = compiler.parse(rewritten.code, {
      filename: descriptor.filename,
      sourceMap: options.sourceMap !== false,
      templateParseOptions: compilerOptions,
    });
    const script = compiler.compileScript({ ...edited, template: descriptor.template }, options);
    if (!script.map || !rewritten.map) return script;
    return { ...script, map: remapping([script.map, rewritten.map.toString()], () => null) as EncodedSourceMap };
  };
  api.options = { ...api.options, compiler: { ...compiler, compileScript, [WRAPPED]: true } as Compiler };
  return true;
}

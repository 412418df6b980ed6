import path from 'node:path';
import type { UnpluginOptions } from 'unplugin';
import type { Build } from '../build.ts';
import { reportTogether } from '../report.ts';
import { DRIVER, INSTRUMENT } from '../runtime-check.ts';
import { summarise } from '../summary.ts';
import type { Host } from './host.ts';
import { withoutSideEffects } from './side-effects.ts';

interface Resolved {
  id: string;
  external: boolean | 'absolute' | 'relative';
  moduleSideEffects?: boolean | 'no-treeshake' | null;
}

/** What Rollup, Rolldown and Vite have in common in their plugin contexts. */
export interface RollupContext {
  resolve(id: string, importer?: string, options?: { skipSelf: boolean }): Promise<Resolved | null>;
  warn(message: string): void;
}

type Bundle = Record<string, { type: string; code?: string; imports?: string[]; dynamicImports?: string[] }>;

/** A CommonJS source keeps its `require`, which the lists of imports do not have. */
const REQUIRED = /require\(\s*["']@panoptic\/runtime\/instrument["']\s*\)/;

/**
 * The import as it stays in the output: under its name, so that no path of this machine gets there, and gone with the last
 * function that needs it. A bundler cannot look into what it leaves out, and would keep an import that nothing uses.
 */
const LEFT_OUT: Resolved = { id: INSTRUMENT, external: true, moduleSideEffects: false };

/** Resolves the runtime from the importing package, then from the application: strict layouts show it to only one of them. */
export async function resolveRuntime(
  build: Build,
  context: RollupContext,
  importer?: string,
): Promise<Resolved | null> {
  const fromApp = path.join(build.appRoot, 'package.json');
  for (const from of [importer, fromApp]) {
    const resolved = await context.resolve(INSTRUMENT, from, { skipSelf: true });
    if (resolved) return resolved.external ? LEFT_OUT : resolved;
  }
  return null;
}

/** The runtime imports its optional driver only when it is asked to ship; a build without it must not fail for that. */
export async function resolveDriver(build: Build, context: RollupContext, importer?: string): Promise<Resolved | null> {
  if (!build.isRuntime(importer)) return null;
  return (await context.resolve(DRIVER, importer, { skipSelf: true })) ?? { id: DRIVER, external: true };
}

/** Whether the output still imports the runtime. */
export function leavesRuntimeOut(bundle: Bundle): boolean {
  return Object.values(bundle).some(
    ({ code = '', imports = [], dynamicImports = [] }) =>
      [...imports, ...dynamicImports].includes(INSTRUMENT) || REQUIRED.test(code),
  );
}

/** Rollup and Rolldown. A Rolldown build with `platform: 'browser'` is client code. */
export function rollupHost(build: Build): Host {
  let client = false;
  const hooks = {
    options(this: { meta: object }, input: object) {
      // As the user wrote it: Rolldown's own default for ESM output is 'browser'.
      client = (input as { platform?: unknown }).platform === 'browser';
      return withoutSideEffects(input, 'rolldownVersion' in this.meta);
    },
    buildStart(input: { input: string[] | Record<string, string> }) {
      build.entries = Object.values(input.input);
      if (!client) build.checkInstalled();
    },
    async resolveId(this: RollupContext, id: string, importer?: string) {
      if (id === DRIVER) return resolveDriver(build, this, importer);
      if (id !== INSTRUMENT) return null;
      // Without a resolver every package is external, this one too.
      return (await resolveRuntime(build, this, importer)) ?? LEFT_OUT;
    },
    buildEnd(this: RollupContext, error?: Error) {
      if (error) return;
      const { line, warnings } = summarise(build.tally(), client, "set Rolldown's platform: 'node'");
      for (const warning of warnings) this.warn(warning);
      if (line) console.error(line);
    },
    generateBundle(_options: unknown, bundle: Bundle) {
      if (leavesRuntimeOut(bundle)) build.checkKept();
    },
  };
  return {
    hooks: { rollup: hooks, rolldown: hooks as UnpluginOptions['rolldown'] },
    scope: (context) => ({
      environment: '',
      client,
      report: (severity, findings) => reportTogether(context, severity, findings),
    }),
  };
}

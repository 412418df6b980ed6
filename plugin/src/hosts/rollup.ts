import path from 'node:path';
import type { UnpluginOptions } from 'unplugin';
import type { Build } from '../build.ts';
import { reportTogether } from '../report.ts';
import { DRIVER, IS_INSTRUMENT } from '../runtime-check.ts';
import { summarise } from '../summary.ts';
import { isForEdge } from './edge.ts';
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
  getModuleIds(): Iterable<string>;
}

type Bundle = Record<string, { type: string; code?: string; imports?: string[]; dynamicImports?: string[] }>;

/** A CommonJS source keeps its `require`, which the lists of imports do not have. */
const REQUIRED = /require\(\s*["']@panoptic\/runtime\/instrument(?:\/client)?["']\s*\)/;

/**
 * The import as it stays in the output: under its name, so that no path of this machine gets there, and gone with the last
 * function that needs it. A bundler cannot look into what it leaves out, and would keep an import that nothing uses.
 */
const leftOut = (id: string): Resolved => ({ id, external: true, moduleSideEffects: false });

/** Resolves the runtime from the importing package, then from the application: strict layouts show it to only one of them. */
export async function resolveRuntime(
  build: Build,
  context: RollupContext,
  id: string,
  importer?: string,
): Promise<Resolved | null> {
  const fromApp = path.join(build.appRoot, 'package.json');
  for (const from of [importer, fromApp]) {
    const resolved = await context.resolve(id, from, { skipSelf: true });
    if (resolved) return resolved.external ? leftOut(id) : resolved;
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
      [...imports, ...dynamicImports].some((id) => IS_INSTRUMENT.test(id)) || REQUIRED.test(code),
  );
}

/**
 * Rollup and Rolldown. A Rolldown build with `platform: 'browser'` is client code, and so is one that records in clients and
 * names no platform, which Rollup does not have.
 */
export function rollupHost(build: Build): Host {
  let client = false;
  const hooks = {
    options(this: { meta: object }, input: object) {
      // As the user wrote it: Rolldown's own default for ESM output is 'browser'.
      const { platform, resolve } = input as { platform?: unknown; resolve?: { conditionNames?: readonly string[] } };
      const isBrowser = platform === 'browser' || (platform === undefined && build.options.client === 'record');
      client = isBrowser && !isForEdge(resolve?.conditionNames);
      return withoutSideEffects(input, 'rolldownVersion' in this.meta);
    },
    buildStart(input: { input: string[] | Record<string, string> }) {
      build.entries = Object.values(input.input);
      if (build.records(client)) build.checkInstalled();
    },
    async resolveId(this: RollupContext, id: string, importer?: string) {
      if (id === DRIVER) return resolveDriver(build, this, importer);
      if (!IS_INSTRUMENT.test(id)) return null;
      // Without a resolver every package is external, this one too.
      return (await resolveRuntime(build, this, id, importer)) ?? leftOut(id);
    },
    buildEnd(this: RollupContext, error?: Error) {
      if (error) return;
      if (client) build.checkEndpoint(build.tally(), this.getModuleIds());
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

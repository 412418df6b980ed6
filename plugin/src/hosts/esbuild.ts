import path from 'node:path';
import type { BuildOptions, OnResolveArgs, OnResolveResult, PluginBuild } from 'esbuild';
import type { Build } from '../build.ts';
import { PanopticBuildError } from '../build-error.ts';
import { reportEach } from '../report.ts';
import { DRIVER, IS_INSTRUMENT } from '../runtime-check.ts';
import { summarise } from '../summary.ts';
import { isForEdge } from './edge.ts';
import type { Host } from './host.ts';

/** Says that a resolution was asked for by this plugin, so that it does not answer itself. */
const ASKED = { panoptic: true };

function entryFiles({ entryPoints = [] }: BuildOptions): string[] {
  const entries = Array.isArray(entryPoints) ? entryPoints : Object.values(entryPoints);
  return entries.map((entry) => (typeof entry === 'string' ? entry : entry.in));
}

/** Runs a check; what it throws becomes an error of the build, without the stack of the plugin. */
function checked(check: () => void): { errors?: { text: string }[] } {
  try {
    check();
    return {};
  } catch (error) {
    if (error instanceof PanopticBuildError) return { errors: [{ text: error.message }] };
    throw error;
  }
}

/** What `onEnd` returns is part of the result, but esbuild has stopped printing by then. */
async function printWarnings({ esbuild, initialOptions }: PluginBuild, warnings: { text: string }[]): Promise<void> {
  const { logLevel = 'warning' } = initialOptions;
  if (logLevel === 'error' || logLevel === 'silent') return;
  const color = initialOptions.color ?? process.stderr.isTTY === true;
  const formatted = await esbuild.formatMessages(warnings, { kind: 'warning', color });
  for (const text of formatted) process.stderr.write(text);
}

async function resolveFrom(
  esbuild: PluginBuild,
  args: OnResolveArgs,
  resolveDir: string,
): Promise<OnResolveResult | undefined> {
  const { importer, kind, namespace, path: id } = args;
  const resolved = await esbuild.resolve(id, { importer, kind, namespace, resolveDir, pluginData: ASKED });
  if (resolved.errors.length > 0) return undefined;
  const { external, sideEffects, suffix } = resolved;
  // What is left out cannot be looked into, so that it has no side effects must be said.
  return external
    ? { path: id, external, sideEffects: IS_INSTRUMENT.test(id) ? false : sideEffects }
    : { path: resolved.path, namespace: resolved.namespace, sideEffects, suffix };
}

/** Resolves the runtime from the importing package, then from the application: strict layouts show it to only one of them. */
async function resolveRuntime(build: Build, esbuild: PluginBuild, args: OnResolveArgs): Promise<OnResolveResult> {
  const resolved =
    (await resolveFrom(esbuild, args, args.resolveDir)) ?? (await resolveFrom(esbuild, args, build.appRoot)) ?? {};
  return resolved.external ? { ...resolved, ...checked(() => build.checkKept()) } : resolved;
}

/** esbuild. Its platform is 'browser' unless said otherwise, and so is the code. */
export function esbuildHost(build: Build): Host {
  let client = false;
  /** Modules that import the runtime themselves. */
  const importers = new Set<string>();
  return {
    hooks: {
      esbuild: {
        onLoadFilter: /\.(?:[cm]?[jt]sx?|vue|svelte)$/,
        setup(esbuild) {
          const { initialOptions } = esbuild;
          const { platform = 'browser', conditions } = initialOptions;
          client = platform === 'browser' && !isForEdge(conditions);
          build.root = path.resolve(initialOptions.absWorkingDir ?? process.cwd());
          build.entries = entryFiles(initialOptions);
          build.sourcemap &&= Boolean(initialOptions.sourcemap);
          if (build.records(client)) esbuild.onStart(() => checked(() => build.checkInstalled()));
          esbuild.onResolve({ filter: IS_INSTRUMENT }, (args) =>
            args.pluginData === ASKED ? undefined : resolveRuntime(build, esbuild, args),
          );
          esbuild.onResolve({ filter: /^@panoptic\/runtime(?:\/client)?$/ }, ({ importer }) => {
            importers.add(importer);
            return undefined;
          });
          // The runtime imports its optional driver only when it is asked to ship.
          esbuild.onResolve({ filter: /^mongodb$/ }, async (args) => {
            if (args.pluginData === ASKED || !build.isRuntime(args.importer)) return undefined;
            return (await resolveFrom(esbuild, args, args.resolveDir)) ?? { path: DRIVER, external: true };
          });
          esbuild.onEnd(async ({ errors }) => {
            if (errors.length > 0) return undefined;
            const { line, warnings } = summarise(build.tally(), client, "set esbuild's platform: 'node'");
            if (line && initialOptions.logLevel !== 'silent') console.error(line);
            const told = warnings.map((text) => ({ text }));
            await printWarnings(esbuild, told);
            const place = client ? checked(() => build.checkEndpoint(build.tally(), importers)) : {};
            const kept = initialOptions.bundle || build.tally().functions === 0 ? {} : checked(() => build.checkKept());
            return { warnings: told, ...kept, ...place };
          });
        },
      },
    },
    scope: (context) => ({
      environment: '',
      client,
      report: (severity, findings) => reportEach(context, severity, findings),
    }),
  };
}

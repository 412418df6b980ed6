import path from 'node:path';
import type { BuildOptions, OnResolveArgs, OnResolveResult, PluginBuild } from 'esbuild';
import type { Build } from '../build.ts';
import { PanopticBuildError } from '../build-error.ts';
import { reportEach } from '../report.ts';
import { INSTRUMENT } from '../runtime-check.ts';
import { summarise } from '../summary.ts';
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

/** Resolves the runtime from the importing package, then from the application: strict layouts show it to only one of them. */
async function resolveRuntime(build: Build, esbuild: PluginBuild, args: OnResolveArgs): Promise<OnResolveResult> {
  const { importer, kind, namespace, resolveDir } = args;
  for (const from of [resolveDir, build.appRoot]) {
    const resolved = await esbuild.resolve(INSTRUMENT, {
      importer,
      kind,
      namespace,
      resolveDir: from,
      pluginData: ASKED,
    });
    if (resolved.errors.length > 0) continue;
    const { external, sideEffects, suffix } = resolved;
    if (external) return { path: INSTRUMENT, external, ...checked(() => build.checkKept()) };
    return { path: resolved.path, namespace: resolved.namespace, sideEffects, suffix };
  }
  return {};
}

/** esbuild. Its platform is 'browser' unless said otherwise, and so is the code. */
export function esbuildHost(build: Build): Host {
  let client = false;
  return {
    hooks: {
      esbuild: {
        onLoadFilter: /\.[cm]?[jt]sx?$/,
        setup(esbuild) {
          const { initialOptions } = esbuild;
          client = (initialOptions.platform ?? 'browser') === 'browser';
          build.root = path.resolve(initialOptions.absWorkingDir ?? process.cwd());
          build.entries = entryFiles(initialOptions);
          build.sourcemap &&= Boolean(initialOptions.sourcemap);
          if (!client) esbuild.onStart(() => checked(() => build.checkInstalled()));
          esbuild.onResolve({ filter: /^@panoptic\/runtime\/instrument$/ }, (args) =>
            args.pluginData === ASKED ? undefined : resolveRuntime(build, esbuild, args),
          );
          esbuild.onEnd(async ({ errors }) => {
            if (errors.length > 0) return undefined;
            const { line, warnings } = summarise(build.tally(), client, "set esbuild's platform: 'node'");
            if (line && initialOptions.logLevel !== 'silent') console.error(line);
            const told = warnings.map((text) => ({ text }));
            await printWarnings(esbuild, told);
            const kept = initialOptions.bundle || build.tally().functions === 0 ? {} : checked(() => build.checkKept());
            return { warnings: told, ...kept };
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

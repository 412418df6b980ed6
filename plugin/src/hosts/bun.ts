import path from 'node:path';
import type { Build } from '../build.ts';
import { BUILD_CODES, PanopticBuildError } from '../build-error.ts';
import { reportEach } from '../report.ts';
import { DRIVER, INSTRUMENT, IS_INSTRUMENT, RUNTIME } from '../runtime-check.ts';
import { summarise } from '../summary.ts';
import { isForEdge } from './edge.ts';
import type { Host } from './host.ts';

/** What this uses of Bun's bundler; the types of Bun declare globals, which a library must not bring along. */
interface BunBuild {
  /** Not there where a plugin is given to Bun's runtime. */
  config?: {
    entrypoints: readonly string[];
    target?: 'browser' | 'bun' | 'node';
    sourcemap?: 'none' | 'linked' | 'inline' | 'external' | boolean;
    packages?: 'bundle' | 'external';
    external?: readonly string[];
    conditions?: string | readonly string[];
  };
  onStart(run: () => void): void;
  onEnd(run: (result: { success: boolean }) => void): void;
  onResolve(
    of: { filter: RegExp },
    resolve: (args: { path: string; importer: string; resolveDir: string }) => Resolved | undefined,
  ): void;
}

interface Resolved {
  path: string;
  external?: boolean;
}

/** As Bun resolves an import from a folder. */
function resolveFrom(id: string, folder: string): string | undefined {
  const { Bun: bun } = globalThis as { Bun?: { resolveSync(id: string, folder: string): string } };
  try {
    return bun?.resolveSync(id, folder);
  } catch {
    return undefined;
  }
}

const leavesRuntimeOut = ({ packages, external = [] }: NonNullable<BunBuild['config']>): boolean =>
  packages === 'external' || external.some((name) => [RUNTIME, `${RUNTIME}/*`, INSTRUMENT, '*'].includes(name));

/** The bundler of Bun. Its target is 'browser' unless said otherwise, and so is the code. */
export function bunHost(build: Build): Host {
  let client = false;
  /** Modules that import the runtime themselves. */
  const importers = new Set<string>();

  const setup = ({ config, onStart, onEnd, onResolve }: BunBuild): void => {
    if (config === undefined) {
      throw new PanopticBuildError(
        BUILD_CODES.notInBundler,
        'This plugin is for Bun.build. To run sources without a build: bun --preload @panoptic/codegen/register',
      );
    }
    client = (config.target ?? 'browser') === 'browser' && !isForEdge([config.conditions ?? []].flat());
    build.entries = config.entrypoints;
    build.sourcemap &&= Boolean(config.sourcemap) && config.sourcemap !== 'none';
    onStart(() => {
      if (build.records(client)) build.checkInstalled();
    });
    onResolve({ filter: IS_INSTRUMENT }, ({ path: id, resolveDir }) => {
      if (leavesRuntimeOut(config)) {
        build.checkKept();
        return { path: id, external: true };
      }
      // Strict layouts show it to only one of them.
      const found = resolveFrom(id, resolveDir) ?? resolveFrom(id, build.appRoot);
      return found === undefined ? undefined : { path: found };
    });
    onResolve({ filter: /^@panoptic\/runtime(?:\/client)?$/ }, ({ importer }) => {
      importers.add(importer);
      return undefined;
    });
    // The runtime imports its optional driver only when it is asked to ship.
    onResolve({ filter: /^mongodb$/ }, ({ importer, resolveDir }) => {
      if (!build.isRuntime(path.resolve(importer))) return undefined;
      return resolveFrom(DRIVER, resolveDir) === undefined ? { path: DRIVER, external: true } : undefined;
    });
    onEnd(({ success }) => {
      if (!success) return;
      if (client) build.checkEndpoint(build.tally(), importers);
      const { line, warnings } = summarise(build.tally(), client, "set the target: 'bun' or 'node'");
      for (const warning of warnings) console.warn(warning);
      if (line) console.error(line);
    });
  };

  return {
    hooks: { bun: { setup: setup as never } },
    scope: (context) => ({
      environment: '',
      client,
      report: (severity, findings) => reportEach(context, severity, findings),
    }),
  };
}

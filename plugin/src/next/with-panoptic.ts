import { createRequire } from 'node:module';
import path from 'node:path';
import type { NextConfig } from 'next';
import { Build } from '../build.ts';
import { type Options, resolveOptions } from '../options.ts';
import { RUNTIME } from '../runtime-check.ts';
import { summarise } from '../summary.ts';
import { type Abilities, abilitiesOf, nextVersion, projectFolder } from './project.ts';
import { webpackRule, withNamedRules, withNestedRules, withRules } from './rules.ts';
import { sitesIn } from './sites.ts';

type ConfigFunction = (phase: string, context: { defaultConfig: NextConfig }) => NextConfig | Promise<NextConfig>;
const EVERYWHERE = '/**';

type AfterCompile = NonNullable<NonNullable<NextConfig['compiler']>['runAfterProductionCompile']>;

/** Says the line of the build. An error here fails it, whichever bundler made it. */
function sumUp(options: Options): AfterCompile {
  return async ({ projectDir, distDir }) => {
    const tally = sitesIn(path.resolve(projectDir, distDir, 'server'));
    const { line, warnings } = summarise(tally, false, '');
    for (const warning of warnings) console.warn(warning);
    if (line) console.error(line);
    const build = new Build(resolveOptions(options));
    build.root = projectDir;
    if (tally.functions > 0) build.checkKept();
  };
}

/**
 * What a standalone server needs beyond what Next finds by following imports: the runtime's worker.
 * Next takes globs, from the application's folder on.
 */
function withWorker(project: string, includes: NextConfig['outputFileTracingIncludes'] = {}): typeof includes {
  try {
    const manifest = createRequire(path.join(project, 'package.json')).resolve(`${RUNTIME}/package.json`);
    const worker = path.relative(project, path.join(path.dirname(manifest), 'dist', 'panoptic-worker.js'));
    return { ...includes, [EVERYWHERE]: [...(includes[EVERYWHERE] ?? []), worker.split(path.sep).join('/')] };
  } catch {
    // The build says that it is missing; a server that has been built does without this list.
    return includes;
  }
}

/** Where a version of Next looks for the rules of Turbopack. */
function forTurbopack(config: NextConfig, options: Options, next: Abilities): NextConfig {
  const { experimental = {}, turbopack = {} } = config;
  if (next.combinesConditions) return { turbopack: withRules(turbopack, options) };
  if (next.namesConditions) return { turbopack: withNamedRules(turbopack, options) };
  if (next.turbopack) return { turbopack: withNestedRules(turbopack, options) };
  const { turbo = {} } = experimental as { turbo?: NonNullable<NextConfig['turbopack']> };
  return {
    experimental: { ...experimental, turbo: withNestedRules(turbo, options) } as NonNullable<
      NextConfig['experimental']
    >,
  };
}

/** The hook for the end of a build. */
function forTheEnd({ compiler = {} }: NextConfig, options: Options): NextConfig {
  const after = sumUp(options);
  return {
    compiler: {
      ...compiler,
      async runAfterProductionCompile(metadata) {
        await compiler.runAfterProductionCompile?.(metadata);
        await after(metadata);
      },
    },
  };
}

/** A configuration of Next with the rewrite in both of its bundlers. */
function extend(config: NextConfig, options: Options): NextConfig {
  const { outputFileTracingIncludes, serverExternalPackages = [], webpack } = config;
  const project = projectFolder();
  const next = abilitiesOf(nextVersion(project));
  return {
    ...config,
    // Beside the bundle, not in it, the runtime is one for all of the application and has its worker.
    serverExternalPackages: [...new Set([...serverExternalPackages, RUNTIME])],
    outputFileTracingIncludes: withWorker(project, outputFileTracingIncludes),
    ...forTurbopack(config, options, next),
    ...(next.afterCompile && forTheEnd(config, options)),
    webpack(own, context) {
      const extended = webpack?.(own, context) ?? own;
      const server = context.nextRuntime === 'edge' ? 'edge-light' : 'node';
      extended.module.rules.push(webpackRule(options, context.isServer ? server : 'browser'));
      return extended;
    },
  };
}

/**
 * Adds Panoptic to a configuration of Next 15 or 16, for Turbopack as well as for webpack. A function stays a function.
 *
 * @throws PanopticBuildError `PAN2001` for an option that cannot be used
 */
export function withPanoptic(config?: NextConfig, options?: Options): NextConfig;
export function withPanoptic<Config extends ConfigFunction>(config: Config, options?: Options): Config;
export function withPanoptic(
  config: NextConfig | ConfigFunction = {},
  options: Options = {},
): NextConfig | ConfigFunction {
  resolveOptions(options);
  if (typeof config !== 'function') return extend(config, options);
  return async (phase, context) => extend(await config(phase, context), options);
}

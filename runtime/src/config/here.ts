import { isDeepStrictEqual } from 'node:util';
import { say } from '../diagnostics/say.ts';
import { runtimeState } from '../instrument/state.ts';
import { useProviders } from '../providers/in-use.ts';
import { useStages } from '../volume/use-stages.ts';
import type { Config, PanopticOptions } from './options.ts';
import { type Resolved, resolveConfig } from './resolve.ts';
import { strayVariables, VARIABLES } from './variables.ts';

/** How long an event waits in memory for its columns to fill, ms: on disk it is then, whatever the destination waits for. */
const MAX_WAIT_IN_MEMORY_MS = 1000;

/** `resolveConfig` for this process. */
export function resolveHere(options: PanopticOptions): Resolved {
  return resolveConfig(options, process.env, workingDirectory());
}

/** The configuration of a process in which nobody called `createPanoptic`; says what is wrong with the environment. */
export function automaticConfig(): Config {
  const { config, problems } = resolveHere({});
  for (const { code, name, message } of problems) say(code, `${message} The default is used.`, name);
  applyConfig(config);
  return config;
}

/** Puts into effect what recording itself has to know, and says which variables have no effect at all. */
export function applyConfig(config: Config): void {
  for (const name of strayVariables(process.env)) {
    say(
      'PAN4105',
      `${name} is no variable of Panoptic and changes nothing. Known: ${VARIABLES.filter((known) => !known.endsWith('_')).join(', ')}.`,
      name,
    );
  }
  const state = runtimeState();
  state.maxWaitTimeMs = Math.min(config.maxWaitTimeMs, MAX_WAIT_IN_MEMORY_MS);
  state.maxPendingBatches = config.maxPendingBatches;
  state.enabled = !config.disabled;
  useStages(config);
  state.trace = config.trace;
  state.extensions.onDiagnostic = config.onDiagnostic;
  useProviders(config.providers);
  state.configured = (state.configured ?? 0) + 1;
}

/** Hot reload calls `createPanoptic` again with the same options; that must not close anything. */
export function sameConfig(a: Config, b: Config): boolean {
  const { custom, onDiagnostic, exporters, providers, ...rest } = a;
  const { custom: otherCustom, onDiagnostic: _, exporters: ___, providers: __, ...others } = b;
  // as JSON, patterns would all be the same
  return custom === otherCustom && isDeepStrictEqual(rest, others);
}

/** A folder that was deleted under a running process has no path any more. */
export function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}

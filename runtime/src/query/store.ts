import { statSync } from 'node:fs';
import path from 'node:path';
import { PanopticError } from '../config/error.ts';
import type { Config, PanopticOptions } from '../config/options.ts';
import { type Environment, resolveConfig } from '../config/resolve.ts';
import { logStore } from './log-store.ts';
import { mongoStore } from './mongo-store.ts';
import type { Store } from './store.types.ts';

export interface StoreOptions {
  /** Absolute; where a search for `.panoptic` begins, upwards. */
  readonly cwd: string;
  readonly environment: Environment;
  /** Only events of this `env`. Default: in MongoDB `PANOPTIC_ENV`, else `NODE_ENV`, else `development`; in a log all. */
  readonly env?: string | undefined;
  /** Folder of a log. Wins over the environment. */
  readonly dir?: string | undefined;
  /** Connection string. Wins over `dir` and the environment. */
  readonly uri?: string | undefined;
}

/** What says where events are; other bad values are the application's business. */
const PLACES = new Set(
  'env dir transport mongodb.uri PANOPTIC_ENV PANOPTIC_DIR PANOPTIC_TRANSPORT PANOPTIC_MONGODB_URI MONGODB_URI'.split(
    ' ',
  ),
);

/**
 * Finds where events are: the flags, else what `PANOPTIC_*` says as for the application itself, else the nearest
 * `.panoptic` folder from `cwd` upwards.
 * @throws PanopticError `PAN6201` no log found, `PAN6202` a bad value of a flag or variable,
 *   `PAN6203` MongoDB does not answer, `PAN6204` the driver is not installed
 */
export async function openStore({ cwd, environment, env, dir, uri }: StoreOptions): Promise<Store> {
  const chosenDir = uri === undefined ? dir : undefined;
  const config = placesOf(
    {
      ...(env !== undefined && { env }),
      ...(uri !== undefined && { mongodb: { uri } }),
      ...(chosenDir !== undefined && { dir: chosenDir, transport: 'log' as const }),
    },
    environment,
    cwd,
  );
  if (config.mongodb) return mongoStore(config.mongodb.uri, config.env);
  return logStore(findLog(config, cwd), env);
}

/** As `resolveConfig`. @throws PanopticError `PAN6202` when a value that says where events are is bad */
export function placesOf(options: PanopticOptions, environment: Environment, cwd: string): Config {
  const { config, problems } = resolveConfig(options, environment, cwd);
  const problem = problems.find(({ name }) => PLACES.has(name));
  if (problem) throw new PanopticError([{ ...problem, code: 'PAN6202' }]);
  return config;
}

/** The folder somebody chose, else the nearest `.panoptic` from `cwd` upwards. @throws PanopticError `PAN6201` */
export function findLog({ chosen, dir }: Pick<Config, 'chosen' | 'dir'>, cwd: string): string {
  const folder = chosen.dir ? dir : nearestLog(cwd);
  if (folder !== undefined && isFolder(folder)) return folder;
  throw new PanopticError([{ code: 'PAN6201', name: 'dir', message: notFound(folder, cwd) }]);
}

function notFound(folder: string | undefined, cwd: string): string {
  const where = folder === undefined ? `no .panoptic folder in ${cwd} or above` : `${folder} is no folder`;
  return `No events found: ${where}. Run the application once, or say where they are with --dir, --uri or PANOPTIC_MONGODB_URI.`;
}

function nearestLog(cwd: string): string | undefined {
  for (let folder = cwd; ; folder = path.dirname(folder)) {
    const log = path.join(folder, '.panoptic');
    if (isFolder(log)) return log;
    if (folder === path.dirname(folder)) return undefined;
  }
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

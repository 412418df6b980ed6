import { join, resolve } from 'node:path';
import { MAX_ROWS } from '../event/event-id.ts';
import { chooseTransport } from './choose-transport.ts';
import type { Problem } from './error.ts';
import type { Config, PanopticOptions } from './options.ts';
import { findProject } from './project.ts';
import { type Environment, Reader } from './reader.ts';
import { flag, indexes, integer, text } from './values.ts';

export type { Environment } from './reader.ts';

export interface Resolved {
  /** Usable as it is: every bad value has been replaced by its default. */
  readonly config: Config;
  readonly problems: readonly Problem[];
}

const KNOWN_OPTIONS: Readonly<Record<keyof PanopticOptions, true>> = {
  project: true,
  env: true,
  username: true,
  transport: true,
  mongodb: true,
  dir: true,
  disabled: true,
  quiet: true,
  maxEventsPerBatch: true,
  maxWaitTimeMs: true,
  maxPendingBatches: true,
  maxCollections: true,
  commit: true,
};

/**
 * Options, then `PANOPTIC_*`, then defaults. Never throws: what is wrong is in `problems`, one entry a name.
 * @param cwd absolute; where the search for package.json starts and what a relative `dir` refers to
 */
export function resolveConfig(options: PanopticOptions, env: Environment, cwd: string): Resolved {
  const reader = new Reader(options, env);
  reader.problems.push(...unknownOptions(options));

  const project = findProject(cwd);
  const dir = reader.setting('dir', 'PANOPTIC_DIR', text);
  const stage = reader.setting('env', 'PANOPTIC_ENV', text) ?? reader.variable('NODE_ENV', text) ?? 'development';
  const { transport, uri, chosen } = chooseTransport(reader, dir !== undefined);

  const indexList = reader.value('mongodb.indexes', options.mongodb?.indexes, indexes);

  const config: Config = {
    project: reader.setting('project', 'PANOPTIC_PROJECT', text) ?? project.name,
    env: stage,
    username: reader.setting('username', 'PANOPTIC_USERNAME', text) ?? 'default',
    transport,
    mongodb: uri === undefined ? undefined : { uri, ...(indexList && { indexes: indexList }) },
    dir: dir === undefined ? join(project.root, '.panoptic') : resolve(cwd, dir),
    projectRoot: project.root,
    disabled: isDisabled(reader),
    quiet: reader.setting('quiet', 'PANOPTIC_QUIET', flag) ?? false,
    maxEventsPerBatch:
      reader.setting('maxEventsPerBatch', 'PANOPTIC_MAX_EVENTS_PER_BATCH', integer(1, MAX_ROWS)) ?? 1024,
    maxWaitTimeMs: reader.setting('maxWaitTimeMs', 'PANOPTIC_MAX_WAIT_TIME_MS', integer(1, 3_600_000)) ?? 1000,
    maxPendingBatches: reader.setting('maxPendingBatches', 'PANOPTIC_MAX_PENDING_BATCHES', integer(1, 65_536)) ?? 64,
    maxCollections: reader.setting('maxCollections', 'PANOPTIC_MAX_COLLECTIONS', integer(1, 100_000)) ?? 500,
    commit: reader.setting('commit', 'PANOPTIC_COMMIT', text),
    production: stage === 'production' || env.NODE_ENV === 'production',
    chosen: { transport: chosen, dir: dir !== undefined },
  };
  return { config, problems: reader.problems };
}

/** The variable is the operator's switch: no option in the code turns recording on again. */
function isDisabled(reader: Reader): boolean {
  const option = reader.option('disabled', flag) ?? false;
  return (reader.variable('PANOPTIC_DISABLED', flag) ?? false) || option;
}

function unknownOptions(options: PanopticOptions): Problem[] {
  const known = Object.keys(KNOWN_OPTIONS).join(', ');
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(KNOWN_OPTIONS, name));
  return unknown.map((name) => ({
    code: 'PAN4102',
    name,
    message: `${name} is not an option of createPanoptic. Known: ${known}.`,
  }));
}

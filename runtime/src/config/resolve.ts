import { isAbsolute, join, resolve } from 'node:path';
import type { Problem } from './error.ts';
import { withCredentials } from './mongodb-uri.ts';
import { type Config, type PanopticOptions, TRANSPORT_NAMES, type TransportName } from './options.ts';
import { findProject } from './project.ts';
import { flag, integer, mongodbUri, oneOf, type Parse, Refused, text } from './values.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

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
  const problems: Problem[] = [];

  const read = <T>(name: string, raw: unknown, parse: Parse<T>): T | undefined => {
    if (raw === undefined) return undefined;
    const value = parse(raw);
    if (!(value instanceof Refused)) return value;
    problems.push({ code: 'PAN4101', name, message: `${name} must be ${value.expected}.` });
    return undefined;
  };
  const variable = <T>(name: string, parse: Parse<T>): T | undefined => read(name, env[name] || undefined, parse);
  const setting = <T>(name: keyof PanopticOptions, variableName: string, parse: Parse<T>): T | undefined =>
    read(name, options[name], parse) ?? variable(variableName, parse);

  for (const name of Object.keys(options)) {
    if (Object.hasOwn(KNOWN_OPTIONS, name)) continue;
    const known = Object.keys(KNOWN_OPTIONS).join(', ');
    problems.push({ code: 'PAN4102', name, message: `${name} is not an option of createPanoptic. Known: ${known}.` });
  }

  const found = findProject(cwd);
  const chosenDir = setting('dir', 'PANOPTIC_DIR', text);
  const { transport, uri, chosen } = chooseTransport();

  function chooseTransport(): { transport: TransportName; uri: string | undefined; chosen: boolean } {
    const optionUri =
      options.mongodb === undefined ? undefined : read('mongodb.uri', options.mongodb.uri ?? null, mongodbUri);
    const ownUri = optionUri ?? variable('PANOPTIC_MONGODB_URI', mongodbUri);
    const byOption =
      read('transport', options.transport, oneOf(TRANSPORT_NAMES)) ?? (optionUri ? 'mongodb' : undefined);
    const wanted =
      byOption ?? variable('PANOPTIC_TRANSPORT', oneOf(TRANSPORT_NAMES)) ?? (ownUri ? 'mongodb' : undefined);
    if (wanted === 'mongodb') {
      const anyUri = ownUri ?? variable('MONGODB_URI', mongodbUri);
      if (anyUri !== undefined) {
        const complete = ownUri ?? withCredentials(anyUri, env.MONGODB_USER, env.MONGODB_PASSWORD);
        return { transport: 'mongodb', uri: complete, chosen: true };
      }
      problems.push({
        code: 'PAN4103',
        name: byOption ? 'transport' : 'PANOPTIC_TRANSPORT',
        message:
          'The transport mongodb needs a connection string: set PANOPTIC_MONGODB_URI, MONGODB_URI or mongodb.uri.',
      });
      return { transport: 'log', uri: undefined, chosen: false };
    }
    if (wanted !== undefined) return { transport: wanted, uri: undefined, chosen: true };
    const inMemory = chosenDir === undefined && underTestRunner(env);
    return { transport: inMemory ? 'memory' : 'log', uri: undefined, chosen: false };
  }

  const stage = setting('env', 'PANOPTIC_ENV', text) ?? variable('NODE_ENV', text) ?? 'development';
  const config: Config = {
    project: setting('project', 'PANOPTIC_PROJECT', text) ?? found.name,
    env: stage,
    username: setting('username', 'PANOPTIC_USERNAME', text) ?? 'default',
    transport,
    mongodb: uri === undefined ? undefined : { uri },
    dir:
      chosenDir === undefined
        ? join(found.root, '.panoptic')
        : isAbsolute(chosenDir)
          ? chosenDir
          : resolve(cwd, chosenDir),
    projectRoot: found.root,
    disabled: setting('disabled', 'PANOPTIC_DISABLED', flag) ?? false,
    quiet: setting('quiet', 'PANOPTIC_QUIET', flag) ?? false,
    maxEventsPerBatch: setting('maxEventsPerBatch', 'PANOPTIC_MAX_EVENTS_PER_BATCH', integer(1, 65_536)) ?? 1024,
    maxWaitTimeMs: setting('maxWaitTimeMs', 'PANOPTIC_MAX_WAIT_TIME_MS', integer(1, 3_600_000)) ?? 1000,
    maxPendingBatches: setting('maxPendingBatches', 'PANOPTIC_MAX_PENDING_BATCHES', integer(1, 65_536)) ?? 64,
    maxCollections: setting('maxCollections', 'PANOPTIC_MAX_COLLECTIONS', integer(1, 100_000)) ?? 500,
    commit: setting('commit', 'PANOPTIC_COMMIT', text),
    production: stage === 'production' || env.NODE_ENV === 'production',
    chosen: { transport: chosen, dir: chosenDir !== undefined },
  };
  return { config, problems };
}

function underTestRunner(env: Environment): boolean {
  return Boolean(env.VITEST || env.JEST_WORKER_ID || env.NODE_ENV === 'test');
}

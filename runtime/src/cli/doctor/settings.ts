import type { LoggerSetting } from '../../config/logger-options.ts';
import { maskUri } from '../../config/mask-uri.ts';
import type { Config } from '../../config/options.ts';
import type { Environment, Resolved } from '../../config/resolve.ts';
import type { VariableName } from '../../config/variables.ts';

/** One setting in effect, and where its value comes from. */
export interface Setting {
  /** As `createPanoptic` knows it. */
  readonly name: string;
  /** For a person; secrets are masked. */
  readonly value: string;
  /** A variable, a flag, `package.json` or `default`. */
  readonly from: string;
}

type Row = readonly [name: string, variable: VariableName, read: (config: Config, logger: LoggerSetting) => unknown];

/** Every setting that has a variable. */
const ROWS: readonly Row[] = [
  ['project', 'PANOPTIC_PROJECT', ({ project }) => project],
  ['env', 'PANOPTIC_ENV', ({ env }) => env],
  ['username', 'PANOPTIC_USERNAME', ({ username }) => username],
  ['transport', 'PANOPTIC_TRANSPORT', ({ transport }) => transport],
  ['mongodb.uri', 'PANOPTIC_MONGODB_URI', ({ mongodb }) => mongodb && maskUri(mongodb.uri)],
  ['http.url', 'PANOPTIC_HTTP_URL', ({ http }) => http && maskUri(http.url)],
  ['http.headers', 'PANOPTIC_HTTP_AUTHORIZATION', ({ http }) => http && hidden(http.headers)],
  ['dir', 'PANOPTIC_DIR', ({ dir }) => dir],
  ['acknowledgement', 'PANOPTIC_ACKNOWLEDGEMENT', ({ acknowledgement }) => acknowledgement],
  ['resilience', 'PANOPTIC_RESILIENCE', ({ resilience }) => resilience],
  ['routing', 'PANOPTIC_ROUTING', ({ routing }) => routing],
  ['worker', 'PANOPTIC_WORKER', ({ worker }) => worker],
  ['maxEventsPerBatch', 'PANOPTIC_MAX_EVENTS_PER_BATCH', ({ maxEventsPerBatch }) => maxEventsPerBatch],
  ['maxBytesPerBatch', 'PANOPTIC_MAX_BYTES_PER_BATCH', ({ maxBytesPerBatch }) => maxBytesPerBatch],
  ['maxWaitTimeMs', 'PANOPTIC_MAX_WAIT_TIME_MS', ({ maxWaitTimeMs }) => maxWaitTimeMs],
  ['compressionEnabled', 'PANOPTIC_COMPRESSION_ENABLED', ({ compressionEnabled }) => compressionEnabled],
  ['maxPendingBatches', 'PANOPTIC_MAX_PENDING_BATCHES', ({ maxPendingBatches }) => maxPendingBatches],
  ['maxCollections', 'PANOPTIC_MAX_COLLECTIONS', ({ maxCollections }) => maxCollections],
  ['log.maxBytes', 'PANOPTIC_LOG_MAX_BYTES', ({ log }) => log.maxBytes],
  ['log.maxAgeMs', 'PANOPTIC_LOG_MAX_AGE_MS', ({ log }) => log.maxAgeMs],
  ['log.segmentBytes', 'PANOPTIC_LOG_SEGMENT_BYTES', ({ log }) => log.segmentBytes],
  ['log.segmentMs', 'PANOPTIC_LOG_SEGMENT_MS', ({ log }) => log.segmentMs],
  ['commit', 'PANOPTIC_COMMIT', ({ commit }) => commit],
  ['timing', 'PANOPTIC_TIMING', ({ timing }) => timing],
  ['sampling', 'PANOPTIC_SAMPLING', ({ sampling }) => sampling?.rate],
  ['rateLimit', 'PANOPTIC_RATE_LIMIT', ({ rateLimit }) => rateLimit?.eventsPerSecond],
  ['dedupe', 'PANOPTIC_DEDUPE', ({ dedupe }) => dedupe?.ttl],
  ['aggregate', 'PANOPTIC_AGGREGATE', ({ aggregate }) => aggregate?.windowMs],
  ['trace', 'PANOPTIC_TRACE', ({ trace }) => trace],
  ['logger.level', 'PANOPTIC_LOGGER_LEVEL', (_, { options }) => options?.level],
  ['disabled', 'PANOPTIC_DISABLED', ({ disabled }) => disabled],
  ['quiet', 'PANOPTIC_QUIET', ({ quiet }) => quiet],
];

/**
 * Every setting with its value and where that comes from; what the application passes to `createPanoptic` is not known here.
 * @param flags flag of the command by the name of the setting it stands for
 * @param wrong names of variables whose values were refused
 */
export function settingsOf(
  { config, logger }: Pick<Resolved, 'config' | 'logger'>,
  environment: Environment,
  flags: Readonly<Record<string, string>>,
  wrong: ReadonlySet<string>,
): Setting[] {
  const usable = (variable: string): boolean => Boolean(environment[variable]) && !wrong.has(variable);
  return ROWS.map(([name, variable, read]) => {
    const value = read(config, logger);
    const from = flags[name] ?? (usable(variable) ? variable : fallback(name, config, usable));
    return { name, value: value === undefined ? '-' : String(value), from };
  });
}

function fallback(name: string, config: Config, usable: (variable: string) => boolean): string {
  if (name === 'env' && usable('NODE_ENV')) return 'NODE_ENV';
  if (name === 'project') return 'package.json';
  if (name === 'mongodb.uri' && config.mongodb !== undefined) return 'MONGODB_URI';
  if (name === 'transport' && config.mongodb !== undefined) return 'mongodb.uri';
  if (name === 'transport' && config.http !== undefined) return 'http.url';
  return 'default';
}

const hidden = (headers: Readonly<Record<string, string>>): string | undefined =>
  Object.keys(headers).length === 0
    ? undefined
    : Object.keys(headers)
        .map((name) => `${name}: ***`)
        .join(', ');

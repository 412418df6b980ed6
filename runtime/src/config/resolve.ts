import { join, resolve } from 'node:path';
import { chooseTransport } from './choose-transport.ts';
import type { Problem } from './error.ts';
import { unknownOptions } from './known-options.ts';
import { readLogOptions } from './log-options.ts';
import { type LoggerSetting, readLogger } from './logger-options.ts';
import { type Config, type PanopticOptions, RESILIENCE_PRESETS } from './options.ts';
import { findProject } from './project.ts';
import { readProviders } from './providers.ts';
import { type Environment, Reader } from './reader.ts';
import { callback, exporters, flag, headers, indexes, integer, isObject, oneOf, patterns, text } from './values.ts';
import { readAggregate, readDedupe, readRateLimit, readSampling } from './volume-options.ts';

export type { Environment } from './reader.ts';

export interface Resolved {
  /** Usable as it is: every bad value has been replaced by its default. */
  readonly config: Config;
  /** Apart, because no thread is told of it: it may hold functions, streams, and passwords of targets. */
  readonly logger: LoggerSetting;
  readonly problems: readonly Problem[];
}

/**
 * Options, then `PANOPTIC_*`, then defaults. Never throws: what is wrong is in `problems`, one entry a name.
 * @param given as the application has given them: anything
 * @param cwd absolute; where the search for package.json starts and what a relative `dir` refers to
 */
export function resolveConfig(given: PanopticOptions, env: Environment, cwd: string): Resolved {
  const options: PanopticOptions = isObject(given) ? given : {};
  const reader = new Reader(options, env);
  if (options !== given) reader.refuse('PAN4101', 'options', 'of createPanoptic must be an object');
  reader.problems.push(...unknownOptions(options));

  const project = findProject(cwd);
  const dir = reader.setting('dir', 'PANOPTIC_DIR', text);
  const stage = reader.setting('env', 'PANOPTIC_ENV', text) ?? reader.variable('NODE_ENV', text) ?? 'development';
  const { transport, custom, uri, chosen } = chooseTransport(reader, dir !== undefined);

  const indexList = reader.value('mongodb.indexes', options.mongodb?.indexes, indexes);
  const authorization = reader.variable('PANOPTIC_HTTP_AUTHORIZATION', text);
  const headerList = reader.value('http.headers', options.http?.headers, headers);

  const config: Config = {
    project: reader.setting('project', 'PANOPTIC_PROJECT', text) ?? project.name,
    env: stage,
    username: reader.setting('username', 'PANOPTIC_USERNAME', text) ?? 'default',
    transport,
    custom,
    mongodb:
      uri === undefined || transport !== 'mongodb' ? undefined : { uri, ...(indexList && { indexes: indexList }) },
    http:
      uri === undefined || transport !== 'http'
        ? undefined
        : { url: uri, headers: { ...(authorization && { authorization }), ...headerList } },
    log: readLogOptions(reader),
    resilience: reader.setting('resilience', 'PANOPTIC_RESILIENCE', oneOf(RESILIENCE_PRESETS)) ?? 'standard',
    acknowledgement:
      reader.setting('acknowledgement', 'PANOPTIC_ACKNOWLEDGEMENT', oneOf(['process', 'disk'])) ?? 'process',
    routing: reader.setting('routing', 'PANOPTIC_ROUTING', oneOf(['provider', 'single'])) ?? 'provider',
    worker: reader.setting('worker', 'PANOPTIC_WORKER', flag) ?? true,
    providers: readProviders(reader),
    onDiagnostic: reader.option('onDiagnostic', callback) as Config['onDiagnostic'],
    dir: dir === undefined ? join(project.root, '.panoptic') : resolve(cwd, dir),
    projectRoot: project.root,
    disabled: isDisabled(reader),
    quiet: reader.setting('quiet', 'PANOPTIC_QUIET', flag) ?? false,
    maxEventsPerBatch: reader.setting('maxEventsPerBatch', 'PANOPTIC_MAX_EVENTS_PER_BATCH', integer(1, 100_000)) ?? 100,
    maxBytesPerBatch:
      reader.setting('maxBytesPerBatch', 'PANOPTIC_MAX_BYTES_PER_BATCH', integer(1024, 48_000_000)) ?? 4 * 1024 * 1024,
    maxWaitTimeMs: reader.setting('maxWaitTimeMs', 'PANOPTIC_MAX_WAIT_TIME_MS', integer(1, 3_600_000)) ?? 5000,
    compressionEnabled: reader.setting('compressionEnabled', 'PANOPTIC_COMPRESSION_ENABLED', flag) ?? false,
    maxPendingBatches: reader.setting('maxPendingBatches', 'PANOPTIC_MAX_PENDING_BATCHES', integer(1, 65_536)) ?? 64,
    maxCollections: reader.setting('maxCollections', 'PANOPTIC_MAX_COLLECTIONS', integer(1, 100_000)) ?? 500,
    commit: reader.setting('commit', 'PANOPTIC_COMMIT', text),
    timing: reader.setting('timing', 'PANOPTIC_TIMING', oneOf(['duration', 'detailed'])) ?? 'duration',
    redact: reader.option('redact', patterns) ?? [],
    sampling: readSampling(reader),
    rateLimit: readRateLimit(reader),
    dedupe: readDedupe(reader),
    aggregate: readAggregate(reader),
    trace: reader.setting('trace', 'PANOPTIC_TRACE', flag),
    exporters: reader.option('exporters', exporters) ?? [],
    production: stage === 'production' || env.NODE_ENV === 'production',
    chosen: { transport: chosen, dir: dir !== undefined },
  };
  return { config, logger: readLogger(reader), problems: reader.problems };
}

/** The variable is the operator's switch: no option in the code turns recording on again. */
function isDisabled(reader: Reader): boolean {
  const option = reader.option('disabled', flag) ?? false;
  return (reader.variable('PANOPTIC_DISABLED', flag) ?? false) || option;
}

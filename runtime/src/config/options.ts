import type { Transport } from '../deliver/transport.ts';
import type { Diagnostic } from '../diagnostics/say.ts';
import type { EventExporter } from '../export/exporter.ts';
import type { LoggerOptions, ReadyLogger } from '../logger/options.ts';
import type { OwnProviders } from '../providers/own.ts';
import type { AggregateConfig, AggregateOptions } from '../volume/aggregate.types.ts';
import type { DedupeConfig, DedupeOptions } from '../volume/dedupe.types.ts';
import type { RateLimitConfig, RateLimitOptions } from '../volume/rate-limit.types.ts';
import type { SamplingConfig, SamplingOptions } from '../volume/sampling.types.ts';

/** Where events go. `none` records and throws away, which is useful to measure. */
export type TransportName = 'log' | 'mongodb' | 'http' | 'console' | 'memory' | 'none';

export const TRANSPORT_NAMES: readonly TransportName[] = ['log', 'mongodb', 'http', 'console', 'memory', 'none'];

/** How persistent delivery is, from many quick attempts to few slow ones. */
export type ResiliencePreset = 'fast' | 'standard' | 'aggressive' | 'conservative' | 'linear' | 'heavy';

export const RESILIENCE_PRESETS: readonly ResiliencePreset[] = [
  'fast',
  'standard',
  'aggressive',
  'conservative',
  'linear',
  'heavy',
];

/**
 * When an event counts as safe: `process` when the write to the log has returned, so that it outlives the process;
 * `disk` when it has been synced, so that it outlives the machine.
 */
export type AcknowledgementLevel = 'process' | 'disk';

/** How collections are chosen: one a provider and username, or a single one for all. */
export type Routing = 'provider' | 'single';

/** Which times an event tells. */
export type Timing = 'duration' | 'detailed';

/** What `createPanoptic` takes. Everything has a default; an option wins over its environment variable. */
export interface PanopticOptions<Own extends string = string> {
  /**
   * Name of the application, `projectId` of its events. Variable `PANOPTIC_PROJECT`.
   * @default the name in the nearest package.json, else the name of its folder
   */
  project?: string;
  /**
   * Stage the application runs in; chooses the database `panoptic-{env}`. Variable `PANOPTIC_ENV`.
   * @default NODE_ENV, else 'development'
   */
  env?: string;
  /**
   * The deployment's own account (never the end user); part of the collection's name. Variable `PANOPTIC_USERNAME`.
   * @default 'default'
   */
  username?: string;
  /**
   * Where events go. Variable `PANOPTIC_TRANSPORT`.
   * An object is a transport of your own, which runs in the application's thread behind the same log and retries.
   * @default 'mongodb' when a URI is given, 'http' when a URL is, 'memory' under a test runner, else 'log'
   */
  transport?: TransportName | Transport;
  /** MongoDB to ship events to; a URI here chooses the transport `mongodb`. */
  mongodb?: MongodbOptions;
  /** Endpoint to send events to; a URL here chooses the transport `http`. */
  http?: HttpOptions;
  /** How loggers write lines, or a logger of pino to write them with. @default as pino itself: from `info` up, to stdout */
  logger?: LoggerOptions | ReadyLogger;
  /** Limits of the log on disk. */
  log?: LogOptions;
  /** How often, how long and how many at once a destination is tried. Variable `PANOPTIC_RESILIENCE`. @default 'standard' */
  resilience?: ResiliencePreset;
  /** When an event counts as safe. Variable `PANOPTIC_ACKNOWLEDGEMENT`. @default 'process' */
  acknowledgement?: AcknowledgementLevel;
  /**
   * `single`: one collection `events` for all, for programs with very many providers and usernames.
   * Variable `PANOPTIC_ROUTING`. @default 'provider'
   */
  routing?: Routing;
  /**
   * Prices, serialises and delivers in a worker thread; false: in the application's thread, in slices.
   * Variable `PANOPTIC_WORKER`. @default true
   */
  worker?: boolean;
  /**
   * Providers of your own: name → category, or `{ category, aliases }`. They win over those of the table. The build takes
   * the same option for annotations.
   * @default {}
   */
  providers?: OwnProviders<Own>;
  /** Called for every problem, also for those that stderr does not repeat. Must not throw. */
  onDiagnostic?: (diagnostic: Diagnostic) => void;
  /**
   * Folder of the log on disk, which is also the spool in front of MongoDB. Variable `PANOPTIC_DIR`.
   * @default '.panoptic' beside the nearest package.json
   */
  dir?: string;
  /** Record nothing at all. Variable `PANOPTIC_DISABLED`, which wins when it is 1. @default false */
  disabled?: boolean;
  /** Do not say where events go. Problems are said all the same. Variable `PANOPTIC_QUIET`. @default false */
  quiet?: boolean;
  /** Events sent to the destination at once, 1 to 100000. Variable `PANOPTIC_MAX_EVENTS_PER_BATCH`. @default 100 */
  maxEventsPerBatch?: number;
  /** Bytes sent to the destination at once, 1024 to 48000000. Variable `PANOPTIC_MAX_BYTES_PER_BATCH`. @default 4194304 */
  maxBytesPerBatch?: number;
  /**
   * How long an event may wait for its batch to fill, 1 to 3600000 ms; a full batch is sent at once. On disk an event is
   * after a second at the latest. Variable `PANOPTIC_MAX_WAIT_TIME_MS`. @default 5000
   */
  maxWaitTimeMs?: number;
  /** Compress what is sent, as far as both sides can. Variable `PANOPTIC_COMPRESSION_ENABLED`. @default false */
  compressionEnabled?: boolean;
  /**
   * Batches of up to 1024 calls in memory that are not in the log yet, 1 to 65536; calls beyond that are counted and not
   * recorded. Variable `PANOPTIC_MAX_PENDING_BATCHES`. @default 64
   */
  maxPendingBatches?: number;
  /**
   * Pairs of provider and username with a collection of their own, 1 to 100000; beyond that, one collection a provider.
   * Variable `PANOPTIC_MAX_COLLECTIONS`. @default 500
   */
  maxCollections?: number;
  /** Commit of the build, noted in every event. Variable `PANOPTIC_COMMIT`. @default none */
  commit?: string;
  /**
   * `detailed`: events tell how long our own work on the call took, too, in `metadata.timing`. Variable `PANOPTIC_TIMING`.
   * @default 'duration'
   */
  timing?: Timing;
  /**
   * What messages and stacks of errors must not tell, beside well-known secrets, which never stand in an event: texts, or
   * patterns such as `emailAddress`. They are replaced by `***`. @default []
   */
  redact?: readonly (string | RegExp)[];
  /**
   * Records a share of the calls, each with the share as `sample_rate`, so that sums can be re-weighted; a number stands for
   * `{ rate }`. Failures, and calls with an amount or a usage, are kept unless it says otherwise.
   * Variable `PANOPTIC_SAMPLING`. @default 1, every call
   */
  sampling?: number | SamplingOptions;
  /**
   * Most events a second; calls beyond are counted and not recorded. A number stands for `{ eventsPerSecond }`.
   * Variable `PANOPTIC_RATE_LIMIT`. @default none
   */
  rateLimit?: number | RateLimitOptions;
  /**
   * Records a call once that is made again within `ttl` ms: same function, same context, same values read by the annotation.
   * A number stands for `{ ttl }`. Variable `PANOPTIC_DEDUPE`. @default 0, off
   */
  dedupe?: number | DedupeOptions;
  /**
   * Folds calls of one function that succeed in one context within `windowMs` into one event, with their number, exact sums and
   * a sketch of their durations. A number stands for `{ windowMs }`. Variable `PANOPTIC_AGGREGATE`. @default 0, off
   */
  aggregate?: number | AggregateOptions;
  /**
   * Events of billable calls inside others name the one around them as their `parent`. True: wrapped functions, requests and
   * lines of loggers have one, too. False: nobody does, whatever was built. Annotated functions carry it where their build says so: the
   * plugin's option `trace`, with the module hook this variable. Variable `PANOPTIC_TRACE`.
   * @default annotated functions as they were built, nothing else
   */
  trace?: boolean;
  /**
   * Get every event beside the destination, in the application's thread: `openTelemetryExporter()` of
   * `@panoptic/runtime/otel`, or your own. They have no part in the acknowledgement of events. @default []
   */
  exporters?: readonly EventExporter[];
}

export interface MongodbOptions {
  /**
   * Connection string. Variable `PANOPTIC_MONGODB_URI`; with `PANOPTIC_TRANSPORT=mongodb` also `MONGODB_URI`,
   * completed by `MONGODB_USER` and `MONGODB_PASSWORD`.
   */
  uri?: string;
  /**
   * Indexes of every collection, made once on the first write.
   * @default on ts, service, env, ts with service, and metadata.tenant_id with ts
   */
  indexes?: readonly MongodbIndex[];
}

export interface HttpOptions {
  /** Where events are posted, http or https. Variable `PANOPTIC_HTTP_URL`. */
  url?: string;
  /** Sent with every request, such as `authorization`; never shown. Variable `PANOPTIC_HTTP_AUTHORIZATION` sets that one. */
  headers?: Readonly<Record<string, string>>;
}

export interface LogOptions {
  /**
   * Largest size of the folder, bytes, 1 MiB to 1 TiB. Over it a spool refuses the newest events and a store drops its
   * oldest sealed segment, counted. Variable `PANOPTIC_LOG_MAX_BYTES`. @default 1 GiB
   */
  maxBytes?: number;
  /**
   * Age after which the log, where it is the destination, drops segments, ms, from a minute; 0 keeps them.
   * Variable `PANOPTIC_LOG_MAX_AGE_MS`. @default 0
   */
  maxAgeMs?: number;
  /** A segment of this size is sealed, bytes, 4 KiB to 1 GiB. Variable `PANOPTIC_LOG_SEGMENT_BYTES`. @default 8 MiB */
  segmentBytes?: number;
  /** A segment of this age is sealed, ms, 1 s to a week. Variable `PANOPTIC_LOG_SEGMENT_MS`. @default 3600000 */
  segmentMs?: number;
}

/** One index as MongoDB describes it: fields in order, 1 ascending, -1 descending. */
export interface MongodbIndex {
  key: Record<string, 1 | -1>;
  name?: string;
}

/** The options after defaults, environment and validation. Holds the URI with its password: never print it whole. */
export interface Config {
  readonly project: string;
  readonly env: string;
  readonly username: string;
  readonly transport: TransportName | 'custom';
  /** Set exactly when `transport` is `custom`. */
  readonly custom: Transport | undefined;
  /** Set exactly when `transport` is `http`. */
  readonly http: { readonly url: string; readonly headers: Readonly<Record<string, string>> } | undefined;
  readonly log: Readonly<Required<LogOptions>>;
  readonly resilience: ResiliencePreset;
  readonly acknowledgement: AcknowledgementLevel;
  readonly routing: Routing;
  readonly worker: boolean;
  readonly providers: OwnProviders;
  readonly onDiagnostic: ((diagnostic: Diagnostic) => void) | undefined;
  /** Set exactly when `transport` is `mongodb`. */
  readonly mongodb: { readonly uri: string; readonly indexes?: readonly MongodbIndex[] } | undefined;
  /** Absolute. */
  readonly dir: string;
  /** Absolute path of the nearest package, or the working directory. */
  readonly projectRoot: string;
  readonly disabled: boolean;
  readonly quiet: boolean;
  readonly maxEventsPerBatch: number;
  readonly maxBytesPerBatch: number;
  readonly maxWaitTimeMs: number;
  readonly compressionEnabled: boolean;
  readonly maxPendingBatches: number;
  readonly maxCollections: number;
  readonly commit: string | undefined;
  readonly timing: Timing;
  readonly redact: readonly (string | RegExp)[];
  readonly sampling: SamplingConfig | undefined;
  readonly rateLimit: RateLimitConfig | undefined;
  readonly dedupe: DedupeConfig | undefined;
  readonly aggregate: AggregateConfig | undefined;
  /** Undefined: annotated functions as they were built. */
  readonly trace: boolean | undefined;
  readonly exporters: readonly EventExporter[];
  /** `NODE_ENV` or `env` is `production`. */
  readonly production: boolean;
  /** True when somebody chose the transport or the folder; false for what Panoptic chose alone. */
  readonly chosen: { readonly transport: boolean; readonly dir: boolean };
}

/** What `Panoptic.config` shows: the configuration without secrets. */
export type PublicConfig = Omit<Config, 'chosen' | 'custom' | 'onDiagnostic' | 'exporters'>;

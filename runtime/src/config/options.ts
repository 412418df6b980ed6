/** Where events go. `none` records and throws away, which is useful to measure. */
export type TransportName = 'log' | 'mongodb' | 'memory' | 'none';

export const TRANSPORT_NAMES: readonly TransportName[] = ['log', 'mongodb', 'memory', 'none'];

/** What `createPanoptic` takes. Everything has a default; an option wins over its environment variable. */
export interface PanopticOptions {
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
   * @default 'mongodb' when a URI is given, 'memory' under a test runner, else 'log'
   */
  transport?: TransportName;
  /** MongoDB to ship events to; a URI here chooses the transport `mongodb`. */
  mongodb?: MongodbOptions;
  /**
   * Folder of the log on disk, which is also the spool in front of MongoDB. Variable `PANOPTIC_DIR`.
   * @default '.panoptic' beside the nearest package.json
   */
  dir?: string;
  /** Record nothing at all. Variable `PANOPTIC_DISABLED`, which wins when it is 1. @default false */
  disabled?: boolean;
  /** Do not say where events go. Problems are said all the same. Variable `PANOPTIC_QUIET`. @default false */
  quiet?: boolean;
  /** Events in one batch, 1 to 65536. Variable `PANOPTIC_MAX_EVENTS_PER_BATCH`. @default 1024 */
  maxEventsPerBatch?: number;
  /** How long an event may wait for its batch to fill, 1 to 3600000 ms. Variable `PANOPTIC_MAX_WAIT_TIME_MS`. @default 1000 */
  maxWaitTimeMs?: number;
  /**
   * Batches waiting to be delivered, 1 to 65536; calls beyond that are counted and not recorded.
   * Variable `PANOPTIC_MAX_PENDING_BATCHES`. @default 64
   */
  maxPendingBatches?: number;
  /**
   * Pairs of provider and username with a collection of their own, 1 to 100000; beyond that, one collection a provider.
   * Variable `PANOPTIC_MAX_COLLECTIONS`. @default 500
   */
  maxCollections?: number;
  /** Commit of the build, noted in every event. Variable `PANOPTIC_COMMIT`. @default none */
  commit?: string;
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
  readonly transport: TransportName;
  /** Set exactly when `transport` is `mongodb`. */
  readonly mongodb: { readonly uri: string; readonly indexes?: readonly MongodbIndex[] } | undefined;
  /** Absolute. */
  readonly dir: string;
  /** Absolute path of the nearest package, or the working directory. */
  readonly projectRoot: string;
  readonly disabled: boolean;
  readonly quiet: boolean;
  readonly maxEventsPerBatch: number;
  readonly maxWaitTimeMs: number;
  readonly maxPendingBatches: number;
  readonly maxCollections: number;
  readonly commit: string | undefined;
  /** `NODE_ENV` or `env` is `production`. */
  readonly production: boolean;
  /** True when somebody chose the transport or the folder; false for what Panoptic chose alone. */
  readonly chosen: { readonly transport: boolean; readonly dir: boolean };
}

/** What `Panoptic.config` shows: the configuration without secrets. */
export type PublicConfig = Omit<Config, 'chosen'>;

import type { Problem } from './error.ts';
import type { HttpOptions, LogOptions, MongodbOptions, PanopticOptions } from './options.ts';
import { isObject } from './values.ts';

type Members<T> = Readonly<Record<keyof T, true>>;

const OPTIONS: Members<PanopticOptions> = {
  project: true,
  env: true,
  username: true,
  transport: true,
  mongodb: true,
  http: true,
  log: true,
  logger: true,
  resilience: true,
  acknowledgement: true,
  routing: true,
  worker: true,
  providers: true,
  onDiagnostic: true,
  dir: true,
  disabled: true,
  quiet: true,
  maxEventsPerBatch: true,
  maxBytesPerBatch: true,
  maxWaitTimeMs: true,
  compressionEnabled: true,
  maxPendingBatches: true,
  maxCollections: true,
  commit: true,
  timing: true,
  redact: true,
  sampling: true,
  rateLimit: true,
  dedupe: true,
  aggregate: true,
  trace: true,
  exporters: true,
};

const MONGODB: Members<MongodbOptions> = { uri: true, indexes: true };
const HTTP: Members<HttpOptions> = { url: true, headers: true };
const LOG: Members<LogOptions> = { maxBytes: true, maxAgeMs: true, segmentBytes: true, segmentMs: true };
const GROUPS = { mongodb: MONGODB, http: HTTP, log: LOG };

/** What is set and nobody reads: `mongodb: { url }` would send events somewhere else without a word. */
export function unknownOptions(options: PanopticOptions): Problem[] {
  const groups = Object.entries(GROUPS).flatMap(([name, known]) => {
    const group: unknown = options[name as keyof typeof GROUPS];
    if (group === undefined) return [];
    if (isObject(group)) return unknownIn(group, known, `${name}.`);
    const members = Object.keys(known).join(', ');
    return [{ code: 'PAN4101', name, message: `${name} must be an object with ${members}.` }];
  });
  return [...unknownIn(options, OPTIONS, ''), ...groups];
}

/**
 * @param known has every name that there is
 * @param prefix path of the group, such as `mongodb.`
 * @param of what the user called
 */
export function unknownIn(options: object, known: object, prefix: string, of = 'createPanoptic'): Problem[] {
  const list = Object.keys(known)
    .map((name) => prefix + name)
    .join(', ');
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(known, name));
  return unknown.map((name) => ({
    code: 'PAN4102',
    name: prefix + name,
    message: `${prefix}${name} is not an option of ${of}. Known: ${list}.`,
  }));
}

/** Every variable Panoptic reads under its own prefix. */
export const VARIABLES = [
  'PANOPTIC_ACKNOWLEDGEMENT',
  'PANOPTIC_AGGREGATE',
  'PANOPTIC_COMMIT',
  'PANOPTIC_COMPRESSION_ENABLED',
  'PANOPTIC_DEDUPE',
  'PANOPTIC_DIR',
  'PANOPTIC_DISABLED',
  'PANOPTIC_ENV',
  'PANOPTIC_HTTP_AUTHORIZATION',
  'PANOPTIC_HTTP_URL',
  'PANOPTIC_LOGGER_LEVEL',
  'PANOPTIC_LOG_MAX_AGE_MS',
  'PANOPTIC_LOG_MAX_BYTES',
  'PANOPTIC_LOG_SEGMENT_BYTES',
  'PANOPTIC_LOG_SEGMENT_MS',
  'PANOPTIC_MAX_BYTES_PER_BATCH',
  'PANOPTIC_MAX_COLLECTIONS',
  'PANOPTIC_MAX_EVENTS_PER_BATCH',
  'PANOPTIC_MAX_PENDING_BATCHES',
  'PANOPTIC_MAX_WAIT_TIME_MS',
  'PANOPTIC_MONGODB_URI',
  'PANOPTIC_PROJECT',
  'PANOPTIC_QUIET',
  'PANOPTIC_RATE_LIMIT',
  'PANOPTIC_RESILIENCE',
  'PANOPTIC_ROUTING',
  'PANOPTIC_SAMPLING',
  'PANOPTIC_TEST_',
  'PANOPTIC_TIMING',
  'PANOPTIC_TRACE',
  'PANOPTIC_TRANSPORT',
  'PANOPTIC_USERNAME',
  'PANOPTIC_WORKER',
] as const;

export type VariableName = (typeof VARIABLES)[number];

/** The names that are set and that nobody reads: `PANOPTIC_MONGO_URI` would send events somewhere else without a word. */
export function strayVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const known: ReadonlySet<string> = new Set(VARIABLES);
  const ours = Object.keys(env).filter((name) => name.startsWith('PANOPTIC_') && !name.startsWith('PANOPTIC_TEST_'));
  return ours.filter((name) => env[name] !== '' && !known.has(name));
}

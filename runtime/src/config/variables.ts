/** Every variable Panoptic reads under its own prefix. */
export const VARIABLES = [
  'PANOPTIC_COMMIT',
  'PANOPTIC_DIR',
  'PANOPTIC_DISABLED',
  'PANOPTIC_ENV',
  'PANOPTIC_MAX_COLLECTIONS',
  'PANOPTIC_MAX_EVENTS_PER_BATCH',
  'PANOPTIC_MAX_PENDING_BATCHES',
  'PANOPTIC_MAX_WAIT_TIME_MS',
  'PANOPTIC_MONGODB_URI',
  'PANOPTIC_PROJECT',
  'PANOPTIC_QUIET',
  'PANOPTIC_TRANSPORT',
  'PANOPTIC_USERNAME',
] as const;

export type VariableName = (typeof VARIABLES)[number];

/** The names that are set and that nobody reads: `PANOPTIC_MONGO_URI` would send events somewhere else without a word. */
export function strayVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const known: ReadonlySet<string> = new Set(VARIABLES);
  const ours = Object.keys(env).filter((name) => name.startsWith('PANOPTIC_') && !name.startsWith('PANOPTIC_TEST_'));
  return ours.filter((name) => env[name] !== '' && !known.has(name));
}

/** Whether a line at `current` is written by a logger at `expected`; both are numbers of levels. */
export type LevelComparison = (current: number, expected: number) => boolean;

/** pino's option `levelComparison` as a function. */
export function comparisonOf(given: unknown): LevelComparison {
  if (typeof given === 'function') return given as LevelComparison;
  return given === 'DESC' ? (current, expected) => current <= expected : (current, expected) => current >= expected;
}

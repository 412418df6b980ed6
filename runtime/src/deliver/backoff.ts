const FIRST_MS = 500;
const LONGEST_MS = 60_000;

/**
 * How long to wait after the nth failure in a row, ms: anything between 0 and a bound that doubles from 0.5 s to 60 s
 * (full jitter), so that processes which failed together do not come back together.
 */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  return random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
}

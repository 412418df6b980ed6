/** A duration, ms, and how many calls took that long. */
export interface Point {
  readonly value: number;
  readonly weight: number;
}

/** Less than any share of calls: sums of floating-point numbers must not decide on which side of a rank one lies. */
const TOLERANCE = 1e-9;

/** The part of all calls whose duration is at most the percentile. */
export const rankShare = (p: number): number => p * (1 - TOLERANCE);

/** By nearest rank: the duration of the first call, in order of duration, at which the share is reached. Null without any. */
export function nearestRank(sorted: Float64Array, p: number): number | null {
  return sorted[Math.ceil(rankShare(p) * sorted.length) - 1] ?? null;
}

/** As `nearestRank`, for points in any order. */
export function weighedRanks(points: readonly Point[], shares: readonly number[]): (number | null)[] {
  const sorted = points.toSorted((a, b) => a.value - b.value);
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0);
  return shares.map((p) => {
    let passed = 0;
    for (const { value, weight } of sorted) {
      passed += weight;
      if (passed >= rankShare(p) * total) return value;
    }
    return null;
  });
}

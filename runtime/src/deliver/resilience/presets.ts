import type { ResiliencePreset } from '../../config/options.ts';

/** How persistently a destination is tried. Times in ms. */
export interface ResilienceSettings {
  /** Failures in a row after which the breaker opens. */
  readonly attempts: number;
  /** Bound of the pause after the first failure; the pause is anything between 0 and its bound (full jitter). */
  readonly firstPauseMs: number;
  /** Bound that the pauses grow to, also those of an open breaker. */
  readonly longestPauseMs: number;
  /** `double`: each bound is twice the one before; `add`: one first pause more. */
  readonly growth: 'double' | 'add';
  /** Bound of the first rest of an open breaker; doubles at each opening in a row. A rest lasts at least half its bound. */
  readonly halfOpenAfterMs: number;
  /** Time one attempt may take. */
  readonly attemptMs: number;
  /** Attempts at once. */
  readonly concurrency: number;
}

/**
 * The numbers behind the names. No preset gives up: the quota of the log is the end of patience.
 *
 * | | failures until the breaker opens | pauses | breaker half-open after | one attempt | at once | for |
 * | --- | --- | --- | --- | --- | --- | --- |
 * | fast | 3 | 0.1 s, doubling to 5 s | 1 s | 5 s | 4 | a destination beside the application |
 * | standard | 5 | 0.5 s, doubling to 60 s | 10 s | 30 s | 4 | everybody |
 * | aggressive | 6 | 0.2 s, doubling to 15 s | 5 s | 15 s | 8 | a destination that is busy rather than away |
 * | conservative | 3 | 2 s, doubling to 60 s | 30 s | 60 s | 2 | a destination that must be spared |
 * | linear | 5 | 1 s, then a second more each time, to 30 s | 10 s | 30 s | 4 | limits by the second |
 * | heavy | 4 | 1 s, doubling to 60 s | 15 s | 120 s | 2 | large batches over slow lines |
 */
export const PRESETS: Readonly<Record<ResiliencePreset, ResilienceSettings>> = {
  fast: settings(3, [100, 5_000], 1_000, 5_000, 4),
  standard: settings(5, [500, 60_000], 10_000, 30_000, 4),
  aggressive: settings(6, [200, 15_000], 5_000, 15_000, 8),
  conservative: settings(3, [2_000, 60_000], 30_000, 60_000, 2),
  linear: settings(5, [1_000, 30_000], 10_000, 30_000, 4, 'add'),
  heavy: settings(4, [1_000, 60_000], 15_000, 120_000, 2),
};

function settings(
  attempts: number,
  [firstPauseMs, longestPauseMs]: readonly [number, number],
  halfOpenAfterMs: number,
  attemptMs: number,
  concurrency: number,
  growth: ResilienceSettings['growth'] = 'double',
): ResilienceSettings {
  return { attempts, firstPauseMs, longestPauseMs, growth, halfOpenAfterMs, attemptMs, concurrency };
}

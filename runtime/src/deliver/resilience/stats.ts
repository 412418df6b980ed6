import type { ResiliencePreset } from '../../config/options.ts';

/** State and counters of what stands between batches and a destination. Plain data. */
export interface ResilienceStats {
  preset: ResiliencePreset;
  retry: {
    /** Attempts that followed a failure. */
    retries: number;
    /** Failures since the last success; attempts that were under way together count once. */
    failuresInARow: number;
    /** Length of the pause after the last failure, ms; 0 after a success. */
    pauseMs: number;
  };
  breaker: {
    /** `open`: the destination rests; `half-open`: one small batch finds out whether it is back. */
    state: 'closed' | 'open' | 'half-open';
    openings: number;
    /** When the breaker came into this state, ISO date. */
    since: string;
  };
  bulkhead: {
    /** Attempts at once. */
    limit: number;
    running: number;
    /** Attempts that wait for one that does not end though its time is over. */
    queued: number;
  };
  timeouts: {
    /** Time of one attempt, ms. */
    attemptMs: number;
    /** Attempts that were not answered in time. */
    attempts: number;
    /** Calls of `flush` and `close` that ended before everything was delivered. */
    flushes: number;
  };
}

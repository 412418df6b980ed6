import {
  type BulkheadPolicy,
  bulkhead,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  ConstantBackoff,
  circuitBreaker,
  handleWhen,
} from 'cockatiel';
import type { ResiliencePreset } from '../../config/options.ts';
import { Pauses } from './pauses.ts';
import { PRESETS, type ResilienceSettings } from './presets.ts';
import type { ResilienceStats } from './stats.ts';
import { OutOfTime, within } from './within.ts';

/** A destination may ask for a longer pause than a preset's longest, up to this, ms. */
const LONGEST_ASKED_MS = 3_600_000;

/** A failed attempt, and whether it is news: attempts that were under way together fail together, for one reason. */
class Failed extends Error {
  readonly isNews: boolean;

  constructor(isNews: boolean, cause: unknown) {
    super('', { cause });
    this.isNews = isNews;
  }
}

/**
 * What stands between batches and a destination: retry with growing pauses, a circuit breaker, a bulkhead and time-outs.
 *
 * State machines and schedules are cockatiel's. Its retry and time-out policies are not used: they wait with the timers they
 * find at that moment, which may be somebody's fake ones, and a pause of theirs cannot be ended by a `flush`. For the same
 * reason, and because wall clocks are set back, its breaker is never asked whether its time has come: who calls `attempt`
 * waits for `pauseMs` first.
 */
export class Resilience {
  readonly settings: ResilienceSettings;
  readonly #preset: ResiliencePreset;
  readonly #bulkhead: BulkheadPolicy;
  readonly #breaker: CircuitBreakerPolicy;
  readonly #pauses: Pauses;
  readonly #rests: Pauses;
  #waiting = 0;
  #round = 0;
  #failuresInARow = 0;
  #retries = 0;
  #pauseMs = 0;
  #openings = 0;
  #since: Date = new Date();
  #timeouts = 0;
  #flushTimeouts = 0;

  /**
   * @param concurrency how many the transport allows at once
   * @param random for tests
   */
  constructor(preset: ResiliencePreset, concurrency: number = 1, random: () => number = Math.random) {
    const settings = PRESETS[preset];
    const { attempts, halfOpenAfterMs, longestPauseMs } = settings;
    this.#preset = preset;
    this.settings = { ...settings, concurrency: Math.min(settings.concurrency, concurrency) };
    this.#pauses = new Pauses(settings, 0, random);
    this.#rests = new Pauses({ firstPauseMs: halfOpenAfterMs, longestPauseMs, growth: 'double' }, 0.5, random);
    // A send that does not end though it was told to keeps its place: the destination never has more of them.
    this.#bulkhead = bulkhead(this.settings.concurrency, this.settings.concurrency);
    this.#breaker = circuitBreaker(
      handleWhen((error) => (error as Failed).isNews),
      { breaker: new ConsecutiveBreaker(attempts), halfOpenAfter: new ConstantBackoff(Number.NEGATIVE_INFINITY) },
    );
    this.#breaker.onStateChange((state) => {
      this.#since = new Date();
      if (state === CircuitState.Open) this.#openings++;
    });
  }

  /** True while the breaker is not closed: then one small batch finds out whether the destination is back. */
  get isProbing(): boolean {
    return this.#breaker.state !== CircuitState.Closed;
  }

  /** How long to wait before the next attempt, ms; 0 after a success. */
  get pauseMs(): number {
    return this.#pauseMs;
  }

  /** One attempt. Rejects with the reason of `send`, or because the time is over. */
  async attempt<T>(send: (signal: AbortSignal) => Promise<T>, outer: AbortSignal): Promise<T> {
    const round = this.#round;
    if (this.#failuresInARow > 0) this.#retries++;
    try {
      const result = await this.#breaker.execute(async () => {
        try {
          return await within(this.settings.attemptMs, outer, (signal) => this.#inBulkhead(send, signal));
        } catch (error) {
          if (error instanceof OutOfTime) this.#timeouts++;
          const isNews = round === this.#round;
          if (isNews) this.#round++;
          throw new Failed(isNews, error);
        }
      });
      this.#succeeded();
      return result;
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      if (error.isNews) this.#failed(error.cause);
      throw error.cause;
    }
  }

  /** A `flush` or `close` has ended before everything was delivered. */
  flushTimedOut(): void {
    this.#flushTimeouts++;
  }

  stats(): ResilienceStats {
    const { settings } = this;
    return {
      preset: this.#preset,
      retry: { retries: this.#retries, failuresInARow: this.#failuresInARow, pauseMs: Math.round(this.#pauseMs) },
      breaker: { state: NAMES[this.#breaker.state], openings: this.#openings, since: this.#since.toISOString() },
      bulkhead: {
        limit: settings.concurrency,
        running: settings.concurrency - this.#bulkhead.executionSlots,
        queued: this.#waiting,
      },
      timeouts: { attemptMs: settings.attemptMs, attempts: this.#timeouts, flushes: this.#flushTimeouts },
    };
  }

  async #inBulkhead<T>(send: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    let begun = false;
    this.#waiting++;
    const begin = (): void => {
      if (!begun) this.#waiting--;
      begun = true;
    };
    try {
      return await this.#bulkhead.execute(() => {
        begin();
        return send(signal);
      }, signal);
    } finally {
      begin();
    }
  }

  #succeeded(): void {
    this.#failuresInARow = 0;
    this.#pauseMs = 0;
    this.#pauses.reset();
    this.#rests.reset();
  }

  #failed(error: unknown): void {
    this.#failuresInARow++;
    const pauseMs = this.isProbing ? this.#rests.next() : this.#pauses.next();
    this.#pauseMs = Math.max(pauseMs, askedPause(error));
  }
}

/** What the destination itself asks for, ms. */
function askedPause(error: unknown): number {
  const { retryAfterMs } = (error ?? {}) as { retryAfterMs?: unknown };
  return typeof retryAfterMs === 'number' && retryAfterMs > 0 ? Math.min(retryAfterMs, LONGEST_ASKED_MS) : 0;
}

const NAMES: Readonly<Record<CircuitState, ResilienceStats['breaker']['state']>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
};

import { now } from '../instrument/clock.ts';
import type { ReadCall } from '../instrument/stages.types.ts';
import type { RateLimitConfig } from './rate-limit.types.ts';

/** What may still happen at once, and when that was true. */
interface Bucket {
  tokens: number;
  /** Monotonic, ms. */
  at: number;
}

/** A token bucket for the process, or for each provider or function. */
export class RateLimit {
  readonly #config: RateLimitConfig;
  readonly #clock: () => number;
  readonly #buckets: Map<string | number, Bucket> = new Map();

  /** @param clock not the end of a call, which was long ago where nobody has turned to what it returned */
  constructor(config: RateLimitConfig, clock: () => number = now) {
    this.#config = config;
    this.#clock = clock;
  }

  /** False for a call that is one too many. */
  take(call: ReadCall): boolean {
    const { eventsPerSecond, burst } = this.#config;
    const key = this.#keyOf(call);
    const at = this.#clock();
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) this.#buckets.set(key, (bucket = { tokens: burst, at }));
    bucket.tokens = Math.min(burst, bucket.tokens + ((at - bucket.at) / 1000) * eventsPerSecond);
    bucket.at = at;
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }

  #keyOf({ site: { info, index } }: ReadCall): string | number {
    const { per } = this.#config;
    return per === 'process' ? 0 : per === 'provider' ? info.provider : index;
  }
}

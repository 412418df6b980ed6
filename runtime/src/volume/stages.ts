import type { ReadCall, Stages } from '../instrument/stages.types.ts';
import { runtimeState } from '../instrument/state.ts';
import type { AggregateConfig } from './aggregate.types.ts';
import { volumeCounts } from './counts.ts';
import { Dedupe } from './dedupe.ts';
import type { DedupeConfig } from './dedupe.types.ts';
import { OnceAMinute } from './once-a-minute.ts';
import { RateLimit } from './rate-limit.ts';
import type { RateLimitConfig } from './rate-limit.types.ts';
import { Sampling } from './sampling.ts';
import type { SamplingConfig } from './sampling.types.ts';
import { Windows } from './windows.ts';

/** What reduces the number of events; each part is absent where it is off. */
export interface VolumeConfig {
  readonly dedupe: DedupeConfig | undefined;
  readonly aggregate: AggregateConfig | undefined;
  readonly sampling: SamplingConfig | undefined;
  readonly rateLimit: RateLimitConfig | undefined;
}

/**
 * What stands between the end of a call and its row, in this order:
 *
 * 1. `dedupe`: a repetition is no operation of its own, so it must not count for the stages below.
 * 2. `aggregate`: a call in a window makes no event of its own, so there is nothing to gain by drawing or limiting, and
 *    sums stay exact. The event of a window passes no further stage: it stands for many calls.
 * 3. `sampling`: each call that is recorded says how many it stands for, and sums stay unbiased.
 * 4. `rateLimit`, last, because it is there for what events cost: what is left out before costs nothing. It alone loses
 *    something, so it is counted and said.
 *
 * Nothing here throws; where a stage fails, the call is recorded.
 */
export class VolumeStages implements Stages {
  readonly #dedupe: Dedupe | undefined;
  readonly #windows: Windows | undefined;
  readonly #sampling: Sampling;
  readonly #rateLimit: RateLimit | undefined;
  readonly #loss: OnceAMinute = new OnceAMinute('PAN4160');

  constructor({ dedupe, aggregate, sampling, rateLimit }: VolumeConfig) {
    this.#dedupe = dedupe && new Dedupe(dedupe);
    this.#windows = aggregate && new Windows(aggregate);
    this.#sampling = new Sampling(sampling);
    this.#rateLimit = rateLimit && new RateLimit(rateLimit);
  }

  admit(call: ReadCall): number {
    try {
      return this.#admit(call);
    } catch {
      runtimeState().counters.internalErrors++;
      return 1;
    }
  }

  flush(): void {
    try {
      this.#windows?.close();
    } catch {
      runtimeState().counters.internalErrors++;
    }
  }

  get waiting(): number {
    return this.#windows?.open ?? 0;
  }

  #admit(call: ReadCall): number {
    const counts = volumeCounts();
    if (this.#dedupe?.isRepetition(call)) {
      counts.deduplicated++;
      return 0;
    }
    if (this.#windows?.take(call)) return 0;
    const rate = this.#sampling.draw(call);
    if (rate === 0) {
      counts.sampledOut++;
      return 0;
    }
    if (this.#rateLimit?.take(call) === false) {
      counts.rateLimited++;
      this.#loss.say(
        call.end,
        () =>
          `${counts.rateLimited} calls so far are not recorded, ${call.site.info.name} among them: there are more than rateLimit allows.`,
      );
      return 0;
    }
    return rate;
  }
}

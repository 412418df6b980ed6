import { say } from '../diagnostics/say.ts';
import type { ReadCall, Stages } from '../instrument/stages.types.ts';
import { runtimeState } from '../instrument/state.ts';
import { volumeCounts } from './counts.ts';
import { Dedupe } from './dedupe.ts';
import type { DedupeConfig } from './dedupe.types.ts';
import { RateLimit } from './rate-limit.ts';
import type { RateLimitConfig } from './rate-limit.types.ts';
import { Sampling } from './sampling.ts';
import type { SamplingConfig } from './sampling.types.ts';

/** What reduces the number of events; each part is absent where it is off. */
export interface VolumeConfig {
  readonly dedupe: DedupeConfig | undefined;
  readonly sampling: SamplingConfig | undefined;
  readonly rateLimit: RateLimitConfig | undefined;
}

/** How often the loss is said, ms. */
const INTERVAL_MS = 60_000;

/**
 * What stands between the end of a call and its row, in this order:
 *
 * 1. `dedupe`: a repetition is no operation of its own, so it must not count for the stages below.
 * 2. `sampling`: each call that is recorded says how many it stands for, and sums stay unbiased.
 * 3. `rateLimit`, last, because it is there for what events cost: what is left out before costs nothing. It alone loses
 *    something, so it is counted and said.
 *
 * Nothing here throws; where a stage fails, the call is recorded.
 */
export class VolumeStages implements Stages {
  readonly #dedupe: Dedupe | undefined;
  readonly #sampling: Sampling;
  readonly #rateLimit: RateLimit | undefined;
  /** Lost calls that have not been said, and when some were said last. */
  #unsaid = 0;
  #said = Number.NEGATIVE_INFINITY;

  constructor({ dedupe, sampling, rateLimit }: VolumeConfig) {
    this.#dedupe = dedupe && new Dedupe(dedupe);
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

  flush(): void {}

  #admit(call: ReadCall): number {
    const counts = volumeCounts();
    if (this.#dedupe?.isRepetition(call)) {
      counts.deduplicated++;
      return 0;
    }
    const rate = this.#sampling.draw(call);
    if (rate === 0) {
      counts.sampledOut++;
      return 0;
    }
    if (this.#rateLimit?.take(call) === false) {
      counts.rateLimited++;
      this.#lost(call, counts.rateLimited);
      return 0;
    }
    return rate;
  }

  #lost({ site: { info }, end }: ReadCall, inAll: number): void {
    this.#unsaid++;
    if (end - this.#said < INTERVAL_MS) return;
    this.#said = end;
    const times = this.#unsaid;
    this.#unsaid = 0;
    say(
      'PAN4160',
      `${inAll} calls so far are not recorded, ${info.name} among them: there are more than rateLimit allows.`,
      'PAN4160',
      times,
    );
  }
}

import { say } from '../diagnostics/say.ts';
import { now, random } from '../instrument/clock.ts';
import type { EdgeConfig } from './options.ts';
import type { Entry, Limit, Outbox } from './outbox.ts';
import { post } from './post.ts';

/** How long one request may take, ms. */
export const ATTEMPT_MS = 10_000;

/** From then on somebody else sends what was claimed for a request, ms. */
export const CLAIM_MS: number = ATTEMPT_MS + 5000;

/** Pauses after failures double between these, with full jitter, ms. */
const MIN_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 60_000;

/** Sends events of an outbox and settles what has become of them. Nothing here throws. */
export class Sender {
  /** Events the endpoint has acknowledged, those it refused for good, and attempts that have failed. */
  delivered = 0;
  refused = 0;
  failures = 0;
  /** Monotonic time before which nothing need be tried, ms. */
  restUntil = 0;
  readonly #outbox: Outbox;
  /** Failures since the last success. */
  #inARow = 0;
  /** The endpoint has taken an event: a refusal is about the event, and not about us. */
  #hasTaken = false;
  /** Fewer than configured while something in a batch is refused. */
  #maxEvents = Number.POSITIVE_INFINITY;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** What nobody else is sending, as much as goes into one request. */
  claim({ maxEventsPerBatch, maxBytesPerBatch }: EdgeConfig): Entry[] {
    const limit: Limit = { events: Math.min(maxEventsPerBatch, this.#maxEvents), bytes: maxBytesPerBatch };
    return this.#outbox.claim(limit, CLAIM_MS);
  }

  /** Sends what was claimed, once; false where it has to be sent again, after a pause. */
  async attempt(config: EdgeConfig, entries: readonly Entry[], timeoutMs: number): Promise<boolean> {
    const outbox = this.#outbox;
    const fate = await post(config, entries, Math.min(timeoutMs, ATTEMPT_MS));
    if (fate.kind === 'taken') {
      this.#hasTaken ||= fate.refused.length < entries.length;
      this.#maxEvents = Number.POSITIVE_INFINITY;
      this.#inARow = 0;
      this.restUntil = 0;
      outbox.settle(entries);
      this.delivered += entries.length - fate.refused.length;
      for (const { reason } of fate.refused) this.#lost(config, reason);
      return true;
    }
    if (fate.kind === 'refused' && entries.length > 1) {
      this.#maxEvents = Math.ceil(entries.length / 2);
      outbox.release(entries);
      return true;
    }
    if (fate.kind === 'refused' && this.#hasTaken) {
      outbox.settle(entries);
      this.#lost(config, fate.reason);
      return true;
    }
    outbox.release(entries);
    this.#failed(config, fate.reason, fate.kind === 'failed' ? fate.retryAfterMs : 0);
    return false;
  }

  #lost({ endpoint }: EdgeConfig, reason: string): void {
    this.refused++;
    say('PAN3303', `${endpoint} will never take an event, which is lost: ${reason}`, reason);
  }

  #failed({ endpoint }: EdgeConfig, reason: string, retryAfterMs: number): void {
    this.failures++;
    const longest = Math.min(MAX_PAUSE_MS, MIN_PAUSE_MS * 2 ** this.#inARow++);
    this.restUntil = now() + Math.max(retryAfterMs, longest * random());
    say('PAN3302', `${endpoint} does not take events: ${reason}. They wait here and are sent again.`);
  }
}

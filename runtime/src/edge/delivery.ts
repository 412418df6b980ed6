import { say } from '../diagnostics/say.ts';
import type { Batch } from '../instrument/batch.ts';
import { later, now } from '../instrument/clock.ts';
import { seal, sealBatch, takePending } from '../instrument/columns.ts';
import { runtimeState } from '../instrument/state.ts';
import { MemoryList } from './memory.ts';
import { defaultConfig, type EdgeConfig } from './options.ts';
import { Outbox } from './outbox.ts';
import { isHidden, isOffline, isPage, sendBeacon, watchPage } from './page.ts';
import { ATTEMPT_MS, CLAIM_MS, Sender } from './sender.ts';
import { toEntries } from './to-entries.ts';
import { toBody } from './wire.ts';

/** What a browser takes of a page that goes, bytes. */
const BEACON_BYTES = 60_000;

/** Nobody is told whether a beacon has arrived: where there is time, its events are sent once more, and stored once, ms. */
const BEACON_MS = 5000;

/** A flush looks that often whether another invocation has sent what it waits for, ms. */
const LOOK_MS = 25;

/** A timer that is so late never goes off: the invocation that set it is gone, ms. */
const LATE_MS = 5000;

/** Between two looks at what others are sending, ms. */
const AGAIN_MS = 1000;

const startTimer = setTimeout;
const pause = (ms: number): Promise<void> => new Promise((resolve) => startTimer(resolve, Math.max(0, ms)));

/**
 * From batches to an endpoint, in a browser and at an edge. Nothing here throws, and nothing waits for a promise of another
 * invocation: at an edge that may never settle.
 */
export class EdgeDelivery {
  /** In effect; undefined while nobody has said where events go. */
  config: EdgeConfig | undefined;
  readonly memory: MemoryList = new MemoryList();
  readonly outbox: Outbox = new Outbox();
  readonly sender: Sender = new Sender(this.outbox);
  /** Events made. */
  accepted = 0;
  #configured: EdgeConfig = defaultConfig('');
  #builtIn = '';
  /** When the timer goes off that is set; 0: none is. At an edge it dies with the invocation that set it. */
  #due = 0;
  #workingUntil = 0;

  constructor() {
    watchPage(
      () => this.#leave(),
      () => {
        if (this.outbox.length > 0) this.#soon(0);
      },
    );
  }

  configure(config: EdgeConfig): void {
    this.#configured = config;
    this.#apply();
  }

  /** The endpoint that a build has put into the code. `createPanoptic` wins. */
  useBuiltIn(endpoint: string): void {
    if (endpoint === this.#builtIn) return;
    this.#builtIn = endpoint;
    this.#apply();
  }

  /** `RuntimeState.opened`: the first of some calls is being recorded. */
  opened(): void {
    // an invocation may end at any time: nothing of it stays in a batch that others go on with
    if (!isPage()) queueMicrotask(seal);
    const { maxWaitTimeMs = AGAIN_MS, waitUntil, transport = 'endpoint' } = this.config ?? {};
    if (transport !== 'endpoint') return;
    if (this.#isLate && this.outbox.length > 0 && !isPage()) {
      say(
        'PAN3304',
        'Events of an earlier invocation were not sent before it ended; they are now. Let every invocation end with ' +
          'ctx.waitUntil(flush()), or give createPanoptic({ waitUntil }).',
      );
    }
    // what happens in a page that nobody looks at may be the last of it
    if (isHidden()) queueMicrotask(() => void this.#work());
    else this.#soon(maxWaitTimeMs, waitUntil);
  }

  /** Resolves when everything recorded so far has arrived, or after `timeoutMs`. Never rejects. */
  async flush(timeoutMs: number): Promise<void> {
    sealBatch();
    const { outbox, sender } = this;
    const newest = outbox.newest;
    const until = now() + timeoutMs;
    while (this.config !== undefined && outbox.holdsUpTo(newest) && now() < until) {
      const entries = sender.claim(this.config);
      if (entries.length === 0) await pause(Math.min(LOOK_MS, until - now()));
      else if (!(await sender.attempt(this.config, entries, until - now()))) {
        await pause(Math.min(sender.restUntil, until) - now());
      }
    }
  }

  #apply(): void {
    const state = runtimeState();
    const { transport, disabled, maxEventsPerBatch } = this.#configured;
    const endpoint = this.#configured.endpoint || this.#builtIn;
    const isKnown = transport !== 'endpoint' || endpoint !== '';
    this.config = isKnown ? { ...this.#configured, endpoint } : undefined;
    state.enabled = !disabled;
    state.batchCapacity = maxEventsPerBatch;
    // until somebody says where to, calls wait as they are
    state.sink = isKnown ? (batch) => this.#accept(batch) : undefined;
    if (isKnown) for (const batch of takePending()) this.#accept(batch);
    if (this.outbox.length > 0) this.#soon(0);
  }

  #accept(batch: Batch): void {
    const { config } = this;
    if (config === undefined || config.transport === 'none') return;
    const entries = toEntries(batch, config);
    this.accepted += entries.length;
    if (config.transport === 'memory') {
      this.memory.add(entries);
      return;
    }
    const lost = this.outbox.add(entries, config.maxPendingEvents);
    // a page that goes can send little: what fills a request does not wait
    if (isPage() && this.outbox.length >= config.maxEventsPerBatch) this.#soon(0);
    if (lost === 0) return;
    const { counters } = runtimeState();
    counters.dropped += lost;
    this.accepted -= lost;
    say(
      'PAN3301',
      `${counters.dropped} events lost so far: ${config.maxPendingEvents} wait already for ${config.endpoint}. ` +
        'Raise maxPendingEvents, or record a share of the calls with sample=.',
    );
  }

  get #isLate(): boolean {
    return this.#due > 0 && now() > this.#due + LATE_MS;
  }

  /** Sets the timer, unless one that can be relied on comes sooner. */
  #soon(ms: number, waitUntil?: EdgeConfig['waitUntil']): void {
    const due = now() + ms;
    if (this.#due > 0 && this.#due <= due && !this.#isLate) return;
    this.#due = due;
    const done = (): void => {
      if (this.#due === due) this.#due = 0;
    };
    try {
      if (waitUntil !== undefined) {
        waitUntil(
          pause(ms).then(() => {
            done();
            return this.flush(ATTEMPT_MS);
          }),
        );
        return;
      }
    } catch {
      // outside an invocation there is nothing to keep alive
      runtimeState().counters.internalErrors++;
    }
    later(() => {
      done();
      void this.#work();
    }, ms);
  }

  /** Sends what there is, as far as that goes, and sees to it that the rest is tried again. */
  async #work(): Promise<void> {
    seal();
    const { outbox, sender } = this;
    if (this.config === undefined) {
      if (runtimeState().pending.length > 0)
        say('PAN3305', 'Calls are recorded, and nothing says where they go. Call createPanoptic({ endpoint }).');
      return;
    }
    if (outbox.length === 0 || this.#workingUntil > now() || isOffline()) return;
    while (sender.restUntil <= now()) {
      const entries = sender.claim(this.config);
      if (entries.length === 0) break;
      this.#workingUntil = now() + CLAIM_MS;
      await sender.attempt(this.config, entries, ATTEMPT_MS);
    }
    this.#workingUntil = 0;
    // some are with a beacon, or with an invocation that may be gone
    if (outbox.length > 0) this.#soon(Math.max(AGAIN_MS, sender.restUntil - now()));
  }

  /** The page may be about to go: what nobody is sending goes to the browser. */
  #leave(): void {
    sealBatch();
    const { config, outbox } = this;
    if (config?.transport !== 'endpoint') return;
    for (;;) {
      const entries = outbox.claim({ events: Number.POSITIVE_INFINITY, bytes: BEACON_BYTES }, BEACON_MS);
      if (entries.length === 0) break;
      // a beacon has no headers
      if (config.headers !== undefined) void this.sender.attempt(config, entries, ATTEMPT_MS);
      else if (!sendBeacon(config.endpoint, toBody(entries))) {
        outbox.release(entries);
        break;
      }
    }
    if (outbox.length > 0) this.#soon(BEACON_MS);
  }
}

/** The one delivery of this page or worker, shared by all copies of the runtime. */
export function edgeDelivery(): EdgeDelivery {
  const { extensions } = runtimeState();
  return (extensions.edgeDelivery ??= new EdgeDelivery()) as EdgeDelivery;
}

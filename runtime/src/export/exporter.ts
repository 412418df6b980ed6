import type { BillingEvent } from '../event/billing-event.ts';

/** An event on its way to an exporter. */
export interface RecordedEvent {
  readonly event: BillingEvent;
  /** When the call began, ms since 1970, with the fractions that `ts` does not have. */
  readonly startMs: number;
  /** The trace in `event.trace` is not being kept, as its sampler says: spans of the call should not be either. */
  readonly unsampled?: boolean;
}

/**
 * Gets every event beside the destination, in the application's thread, for tracing, metrics or whatever needs the
 * process's own objects. It is told once and as long as the process lives: what an exporter does with an event has no part
 * in its acknowledgement, and holds up no delivery.
 */
export interface EventExporter {
  readonly name: string;
  /**
   * Takes events, in the order in which their calls ended, a few hundred at once and off the path of the calls. What it
   * throws, or its promise rejects with, is counted and said once a minute (`PAN4171`).
   */
  export(events: readonly RecordedEvent[]): void | Promise<void>;
  /** Resolves when everything it was given has left. Called by `flush()` and `close()`, which wait no longer than they were asked to. */
  flush?(): Promise<void>;
}

import type { RowExtras } from './batch.ts';
import type { CallValues, SiteInfo } from './site.types.ts';
import type { ContextSnapshot } from './state.ts';

/** A call that has ended, and what was read of it, before it becomes a row. */
export interface ReadCall {
  readonly site: { readonly info: SiteInfo; readonly index: number };
  readonly snapshot: ContextSnapshot | undefined;
  /** Monotonic, ms. */
  readonly start: number;
  readonly end: number;
  /** `OUTCOME` */
  readonly outcome: number;
  readonly values: CallValues | undefined;
  /** What its row has beyond that. */
  readonly extras: RowExtras | undefined;
}

/**
 * What options put between the end of a call and its row; see `volume/`. Where one is set, every call goes through
 * `Recorder.record`.
 */
export interface Stages {
  /**
   * Decides about a call, once. Never throws.
   * @returns the share of calls like this one that are recorded, up to 1; 0 where this one gets no row (now)
   */
  admit(call: ReadCall): number;
  /** Writes what waits for further calls. Never throws. */
  flush(): void;
  /** Events that wait for further calls. */
  readonly waiting: number;
}

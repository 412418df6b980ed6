import type { Batch } from './batch.ts';
import type { CallValues, SiteInfo } from './site.types.ts';
import type { ContextSnapshot } from './state.ts';

/**
 * What a call needs now and then, apart from the hot path that every bundle carries: a client bundle that records
 * nothing does not pay for it.
 */
export interface Recorder {
  /** Seals the batch that is full, opens the next one, and wakes delivery at the first. */
  nextBatch(): Batch;
  /** Calls `onStart` and copies what it gives; undefined where it throws. */
  readStart(info: SiteInfo, roots: readonly unknown[]): CallValues | undefined;
  /** Writes a call that failed, has values to read, or is sampled. */
  record(call: EndedCall, end: number): void;
  /** Says that the code of a site was generated for another runtime. */
  refuse(abi: number, info: SiteInfo): void;
}

export interface EndedCall {
  readonly site: { readonly info: SiteInfo; readonly index: number };
  readonly snapshot: ContextSnapshot | undefined;
  readonly start: number;
  /** What the annotation read from the parameters. */
  readonly started: CallValues | undefined;
  readonly failed: boolean;
  /** What the call returned, or what its promise resolved to; what was thrown if it failed. */
  readonly value: unknown;
}

import type { Batch } from './batch.ts';
import type { CallValues, GeneratorCall, SiteInfo } from './site.types.ts';
import type { ContextSnapshot, RuntimeState } from './state.ts';
import type { Span } from './trace/span.ts';

/**
 * What a call needs now and then, apart from the hot path that every bundle carries: a client bundle that records
 * nothing does not pay for it.
 */
export interface Recorder {
  /** Seals the batch that is full, opens the next one, and wakes delivery at the first. */
  nextBatch(): Batch;
  /** Calls `onStart` and copies what it gives; undefined where it throws. */
  readStart(info: SiteInfo, roots: readonly unknown[]): CallValues | undefined;
  /** Writes a call that failed, has values to read, or is sampled, or that ended otherwise than by returning. */
  record(call: EndedCall, end: number, ending?: Ending): void;
  /**
   * Leaves the end of a call to the thenable or stream it returned; false where `call.value` is neither, or cannot be
   * watched without a change the user could notice.
   */
  observe(call: OpenCall): boolean;
  /** What an asynchronous function must return in place of an object. */
  adopt(value: object): object;
  /** Begins the call of a generator. */
  beginGenerator(site: GeneratorSite, started?: CallValues): GeneratorCall;
  /** Says that the code of a site was generated for another runtime. */
  refuse(abi: number, info: SiteInfo): void;
}

export interface EndedCall {
  readonly site: { readonly info: SiteInfo; readonly index: number };
  readonly snapshot: ContextSnapshot | undefined;
  readonly start: number;
  /** When our own work on it began, where that is asked for. */
  readonly began?: number | undefined;
  /** What the annotation read from the parameters. */
  readonly started: CallValues | undefined;
  readonly failed: boolean;
  /** What `onResult` and `onUnknown` get beside the result. */
  readonly held?: unknown;
  /** What the call returned, or what its promise resolved to; what was thrown if it failed. */
  readonly value: unknown;
  /** Its place among traced calls. */
  readonly span?: Span | undefined;
}

/** A call that may end after its body. */
export interface OpenCall extends EndedCall {
  value: unknown;
  started: CallValues | undefined;
  threw(error: unknown): unknown;
  /** Ends it with `value`, unless that too must be waited for. */
  end(): void;
  /** @param end monotonic time, ms */
  close(end: number, ending?: Ending): void;
}

/** What a generator needs of its site. */
export interface GeneratorSite {
  readonly info: SiteInfo;
  readonly index: number;
  readonly state: RuntimeState;
  readonly inherits: boolean;
}

/** How a call ended that was more than one run of a body. */
export interface Ending {
  /** It was left before its end. */
  readonly aborted?: boolean;
  /** `value` is not what `$result` means: nothing is read from it. */
  readonly unknown?: boolean;
  /** Time the body ran, ms. */
  readonly activeMs?: number;
  /** When that was known, monotonic, ms, where events tell how long our own work took. */
  readonly closed?: number;
}

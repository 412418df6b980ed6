import type { CallMatch, Rule } from './rules.types.ts';

export interface SamplingOptions {
  /** Share of calls that are recorded, 0 to 1. @default 1 */
  rate?: number;
  /** Other shares for some calls; the first rule that fits counts. */
  rules?: readonly SamplingRule[];
  /** Record every call that failed or was aborted. @default true */
  keepErrors?: boolean;
  /** Record every call that has an amount, or a usage that a price list may turn into one. @default true */
  keepPriced?: boolean;
}

export interface SamplingRule extends CallMatch {
  /** 0 to 1 */
  rate: number;
}

export interface SamplingConfig {
  readonly rate: number;
  readonly rules: readonly Rule<number>[];
  readonly keepErrors: boolean;
  readonly keepPriced: boolean;
}

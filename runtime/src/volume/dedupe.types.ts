import type { CallMatch, Rule } from './rules.types.ts';

export interface DedupeOptions {
  /** How long the first of identical calls stands for the others, ms; 0 is not at all. */
  ttl: number;
  /** Other times for some calls; the first rule that fits counts. */
  rules?: readonly DedupeRule[];
  /** Fields of the execution metadata that identical calls have in common. @default all */
  context?: readonly string[];
  /** Calls remembered at most; beyond that the one that was made longest ago is forgotten. @default 10000 */
  maxEntries?: number;
}

export interface DedupeRule extends CallMatch {
  /** ms; 0 records every call. */
  ttl: number;
}

export interface DedupeConfig {
  readonly ttl: number;
  readonly rules: readonly Rule<number>[];
  readonly context: readonly string[] | undefined;
  readonly maxEntries: number;
}

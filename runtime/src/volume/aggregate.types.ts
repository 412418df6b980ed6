import type { CallMatch, Rule } from './rules.types.ts';

export interface AggregateOptions {
  /** Length of a window, ms, at most an hour; 0 records every call on its own. */
  windowMs: number;
  /** Other lengths for some calls; the first rule that fits counts. */
  rules?: readonly AggregateRule[];
  /** Fields of the execution metadata that calls of a window have in common; others are left out of its event. @default all */
  context?: readonly string[];
  /** Windows open at once; beyond that the oldest is closed early. @default 1000 */
  maxWindows?: number;
}

export interface AggregateRule extends CallMatch {
  /** ms; 0 records every call on its own. */
  windowMs: number;
}

export interface AggregateConfig {
  readonly windowMs: number;
  readonly rules: readonly Rule<number>[];
  readonly context: readonly string[] | undefined;
  readonly maxWindows: number;
}

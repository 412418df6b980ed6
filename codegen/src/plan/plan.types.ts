import type { Annotation } from '../annotation/annotation.types.ts';
import type { FunctionRecord } from '../syntax/records.ts';

/** One function that will be rewritten, with everything its site says. */
export interface SitePlan {
  readonly record: FunctionRecord;
  readonly annotation: Annotation;
  /** Site id. */
  readonly id: string;
  /** Hash of the function's text. */
  readonly body: string;
  /** One-based position of the function. */
  readonly line: number;
  readonly column: number;
  readonly category: string;
  /** What the call hands to `onStart`, in order. */
  readonly roots: readonly Root[];
  readonly onStart: readonly Read[];
  readonly onResult: readonly Read[];
}

/** A value that exists when the function starts. */
export interface Root {
  /** Expression in the function: a parameter, `this`, `arguments[0]`. */
  readonly expression: string;
  /** Name of the reader's parameter. */
  readonly parameter: string;
}

/** One value read from a root or from the result. */
export interface Read {
  readonly key: string;
  readonly attribute: boolean;
  readonly parameter: string;
  readonly path: readonly (string | number)[];
}

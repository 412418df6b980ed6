import type { ResolvedProvider } from '@panoptic/runtime/providers';
import type { Reference } from './reference.ts';

export type Literal = string | number | boolean | readonly string[];

/** A value read at run time, and where it goes: an annotation key, or an attribute's name. */
export interface BoundReference extends Reference {
  readonly key: string;
  readonly attribute: boolean;
  readonly start: number;
  readonly end: number;
}

/** One `@billable`, checked. */
export interface Annotation {
  /** Range of the tag and its entries. */
  readonly start: number;
  readonly end: number;
  readonly provider: ResolvedProvider;
  readonly category: string | undefined;
  /** What is known when the code is built, by annotation key. */
  readonly values: Readonly<Record<string, Literal>>;
  readonly attributes: Readonly<Record<string, Literal>>;
  readonly references: readonly BoundReference[];
  /** 0 to 1. */
  readonly sample: number | undefined;
  readonly context: 'inherit' | 'none' | undefined;
  /** The result is a stream, and the event ends with it. */
  readonly stream: boolean;
  /** As written, for the playground. */
  readonly entries: readonly { key: string; value: string; start: number; end: number }[];
}

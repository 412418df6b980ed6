import type { Billable, Diagnostic, Stages } from '@panoptic/codegen';

/** What the page asks of its worker. */
export interface Job {
  id: number;
  /** Name of the file; its extension decides the language. */
  file: string;
  source: string;
}

/** One file, rewritten. Plain data: it has crossed the worker boundary. */
export interface Rewrite {
  file: string;
  source: string;
  code: string;
  billables: Billable[];
  diagnostics: Diagnostic[];
  annotations: Stages['annotations'];
  edits: Stages['edits'];
  /** Milliseconds the transform took in the worker, its waiting not included. */
  ms: number;
}

/** What the worker answers. `crashed` is an exception of the transform itself, which is always a bug of ours. */
export type Answer = { id: number; type: 'done'; rewrite: Rewrite } | { id: number; type: 'crashed'; reason: string };

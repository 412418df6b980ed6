import type { Diagnostic } from '@panoptic/codegen';
import type { Rewrite } from './worker/protocol.ts';

/** What the right-hand pane has to say. */
export type Outcome =
  | { kind: 'loading' }
  | { kind: 'empty' }
  | { kind: 'unannotated' }
  | { kind: 'unparsed'; problem: Diagnostic }
  | { kind: 'refused'; errors: number }
  | { kind: 'rewritten'; errors: number }
  | { kind: 'failed'; reason: string };

/** The code of a file that is not valid TypeScript or JavaScript. */
const SYNTAX_ERROR = 'PAN1001';

export function outcomeOf(source: string, rewrite: Rewrite | undefined, failure: string | undefined): Outcome {
  if (failure !== undefined) return { kind: 'failed', reason: failure };
  if (source.trim() === '') return { kind: 'empty' };
  if (!rewrite) return { kind: 'loading' };
  const problem = rewrite.diagnostics.find(({ code }) => code === SYNTAX_ERROR);
  if (problem) return { kind: 'unparsed', problem };
  const errors = rewrite.diagnostics.filter(({ severity }) => severity === 'error').length;
  if (rewrite.code !== rewrite.source) return { kind: 'rewritten', errors };
  return errors > 0 ? { kind: 'refused', errors } : { kind: 'unannotated' };
}

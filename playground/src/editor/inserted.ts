import type { Stages } from '@panoptic/codegen';
import type { Span } from './marks.ts';

/** Where the inserted texts lie in the generated code: each one is pushed back by those before it. */
export function insertedSpans(edits: Stages['edits']): Span[] {
  let grown = 0;
  // The sort is stable: texts inserted at one offset stay in the order they were given.
  return [...edits]
    .sort((a, b) => a.at - b.at)
    .map(({ at, text }) => {
      const from = at + grown;
      grown += text.length;
      return { from, to: from + text.length };
    });
}

import type { Node, Program } from 'yuku-parser';
import type { Annotated } from './find.ts';
import type { Edit } from './rewrite/edit.ts';
import { eachChild, isFunction } from './syntax/node.ts';
import type { Stages } from './types.ts';

/** What each stage saw and made, as plain data. */
export function makeStages(
  program: Program,
  parseMs: number,
  annotated: readonly Annotated[],
  edits: readonly Edit[],
): Stages {
  return {
    parse: { ms: parseMs, functions: countFunctions(program) },
    annotations: annotated.map(({ annotation: { start, end, entries } }) => ({ start, end, entries: [...entries] })),
    edits: [...edits],
  };
}

function countFunctions(node: Node): number {
  let count = isFunction(node) ? 1 : 0;
  eachChild(node, (child) => {
    count += countFunctions(child);
  });
  return count;
}

import type { Node } from 'yuku-parser';
import { valueRange } from './body.ts';
import { eachChild, type FunctionNode, holds, isFunction } from './node.ts';
import type { LoopRange, Range, WaitRange, Waits } from './records.ts';

/** Where a function leaves its body and comes back to it. Expressions are walked, functions inside them are not. */
export function waitsOf({ body }: FunctionNode): Waits {
  const awaits: WaitRange[] = [];
  const delegates: WaitRange[] = [];
  const loops: LoopRange[] = [];
  const handlers: Range[] = [];
  let hidden = false;

  /** `labelled`: the outermost of the labels in front of a statement. */
  const visit = (node: Node, labelled: Node = node): void => {
    if (isFunction(node)) return;
    switch (node.type) {
      case 'AwaitExpression':
        awaits.push({ ...rangeOf(node), value: valueRange(node.argument) });
        break;
      case 'YieldExpression':
        if (node.delegate && node.argument !== null)
          delegates.push({ ...rangeOf(node), value: valueRange(node.argument) });
        break;
      case 'LabeledStatement':
        visit(node.body, labelled);
        return;
      case 'ForOfStatement':
        if (node.await) {
          loops.push({
            ...rangeOf(labelled),
            value: valueRange(node.right),
            body: insideOf(node.body),
            block: node.body.type === 'BlockStatement',
          });
        }
        break;
      case 'VariableDeclaration':
        // it waits where its block ends, however that comes about
        hidden ||= node.kind === 'await using';
        break;
      case 'WithStatement':
        // the object may answer for any name, so nothing can be said in there
        hidden ||= holds(node.body, isWait);
        visit(node.object);
        return;
      case 'TryStatement': {
        const { block, handler, finalizer } = node;
        const waits = holds(block, isWait);
        if (handler !== null && waits) handlers.push(insideOf(handler.body));
        if (finalizer !== null && (waits || (handler !== null && holds(handler, isWait))))
          handlers.push(insideOf(finalizer));
      }
    }
    eachChild(node, (child) => visit(child));
  };
  if (body !== null) visit(body);
  return { awaits, delegates, loops, handlers, hidden };
}

const isYield = ({ type }: Node): boolean => type === 'YieldExpression';

const isWait = (node: Node): boolean =>
  node.type === 'AwaitExpression' ||
  isYield(node) ||
  (node.type === 'ForOfStatement' && node.await) ||
  (node.type === 'VariableDeclaration' && node.kind === 'await using');

const rangeOf = ({ start, end }: Node): Range => ({ start, end });

/** What stands between the braces of a block, else the statement. */
const insideOf = (node: Node): Range =>
  node.type === 'BlockStatement' ? { start: node.start + 1, end: node.end - 1 } : rangeOf(node);

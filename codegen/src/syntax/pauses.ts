import type { Node } from 'yuku-parser';
import { type BodyFacts, valueRange } from './body.ts';
import { eachChild, isFunction } from './node.ts';
import type { Pauses, YieldRange } from './records.ts';

type BlockNode = Extract<Node, { type: 'BlockStatement' }>;

/** The pauses of a generator with this body. Expressions are walked, functions inside them are not. */
export function pausesOf(source: string, { start, body }: BlockNode, { bareReturns }: BodyFacts): Pauses {
  const yields: YieldRange[] = [];
  const visit = (node: Node): void => {
    if (isFunction(node)) return;
    // `yield*` hands the callers of this generator to another one, so its pauses are not seen here.
    if (node.type === 'YieldExpression' && !node.delegate) {
      const { start, end, argument } = node;
      yields.push({ start, end, value: argument === null ? undefined : valueRange(argument) });
    }
    eachChild(node, visit);
  };
  for (const statement of body) visit(statement);
  const last = body.at(-1);
  if (last?.type === 'ReturnStatement' || last?.type === 'ThrowStatement') {
    return { yields, bareReturns, completes: undefined };
  }
  const at = last?.end ?? start + 1;
  return { yields, bareReturns, completes: { at, needsSemicolon: last !== undefined && !isClosed(source, last) } };
}

/** Whether another statement can follow on the same line. */
function isClosed(source: string, node: Node): boolean {
  if (source[node.end - 1] === ';') return true;
  switch (node.type) {
    case 'BlockStatement':
    case 'TryStatement':
    case 'SwitchStatement':
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return true;
    case 'IfStatement':
      return isClosed(source, node.alternate ?? node.consequent);
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'LabeledStatement':
      return isClosed(source, node.body);
    default:
      return false;
  }
}

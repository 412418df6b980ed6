import type { Node } from 'yuku-parser';
import { type FunctionNode, unwrap } from './node.ts';

/**
 * The function literals that a call is given, calls among its arguments included: `memo(forwardRef(() => …))`.
 * A chain counts as one call, so that `load().then(() => …).catch(() => …)` has two.
 */
export function wrappedFunctions(node: Node): FunctionNode[] {
  const inner = unwrap(node);
  switch (inner.type) {
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return [inner];
    case 'AwaitExpression':
      return wrappedFunctions(inner.argument);
    case 'ChainExpression':
      return wrappedFunctions(inner.expression);
    case 'CallExpression':
      return [...chained(inner.callee), ...inner.arguments.flatMap(wrappedFunctions)];
    default:
      return [];
  }
}

function chained(callee: Node): FunctionNode[] {
  const inner = unwrap(callee);
  if (inner.type === 'MemberExpression') return chained(inner.object);
  return wrappedFunctions(inner);
}

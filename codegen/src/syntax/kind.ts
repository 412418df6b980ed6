import type { Node } from 'yuku-parser';
import type { FunctionNode } from './node.ts';
import type { FunctionKind } from './records.ts';

/** What a function is, by the member that holds it. */
export function kindOf(node: FunctionNode, owner: Node | undefined): FunctionKind {
  const member = owner?.type === 'MethodDefinition' || (owner?.type === 'Property' && owner.value === node);
  if (member && owner.kind === 'get') return 'getter';
  if (member && owner.kind === 'set') return 'setter';
  if (owner?.type === 'MethodDefinition') return owner.kind === 'constructor' ? 'constructor' : 'method';
  if (owner?.type === 'Property' && owner.method) return 'method';
  return node.type === 'ArrowFunctionExpression' ? 'arrow' : 'function';
}

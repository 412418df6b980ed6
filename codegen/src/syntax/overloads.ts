import type { Node } from 'yuku-parser';
import type { Located } from './locate.ts';
import { keyName } from './name.ts';
import type { FunctionNode } from './node.ts';

/** The implementation that an overload's signature belongs to; undefined when there is none. */
export function implementation({ node, ancestors }: Located): FunctionNode | undefined {
  const exported = ancestors.at(-1);
  const wrapped = exported?.type === 'ExportNamedDeclaration' || exported?.type === 'ExportDefaultDeclaration';
  const statement = wrapped ? exported : node;
  const siblings = bodyOf(ancestors.at(wrapped ? -2 : -1));
  const name = signatureName(node);
  for (const sibling of siblings.slice(siblings.indexOf(statement) + 1)) {
    const declaration = declarationOf(sibling);
    if (signatureName(declaration) !== name) return undefined;
    if (declaration.type === 'FunctionDeclaration') return declaration;
    if (declaration.type === 'MethodDefinition' && declaration.value.type === 'FunctionExpression')
      return declaration.value;
  }
  return undefined;
}

const declarationOf = (node: Node): Node => {
  const exported = node.type === 'ExportNamedDeclaration' || node.type === 'ExportDefaultDeclaration';
  return exported && node.declaration !== null ? node.declaration : node;
};

/** Equal for the signatures of one function and no others; undefined for anything else. */
function signatureName(node: Node): string | undefined {
  if (node.type === 'FunctionDeclaration' || node.type === 'TSDeclareFunction')
    return `function ${node.id?.name ?? 'default'}`;
  if (node.type === 'MethodDefinition') return `${node.static ? 'static ' : ''}${keyName(node.key, node.computed)}`;
  return undefined;
}

function bodyOf(node: Node | undefined): readonly Node[] {
  return node !== undefined && 'body' in node && Array.isArray(node.body) ? (node.body as Node[]) : [];
}

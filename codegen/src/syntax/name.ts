import type { Node } from 'yuku-parser';
import type { FunctionNode } from './node.ts';

const COMPUTED = '<computed>';

/** The name of a property key as the source shows it. */
export function keyName(key: Node, computed: boolean): string {
  if (key.type === 'Literal') return String(key.value);
  if (computed) return COMPUTED;
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  return key.type === 'Identifier' ? key.name : COMPUTED;
}

/** Qualified name of a function: namespace, class, variable, property; `default`; else `anonymous`. */
export function qualifiedName(node: FunctionNode, ancestors: readonly Node[]): string {
  const parts: string[] = [];
  const root =
    nameFromOutside(node, ancestors, parts) ?? (parts.length === 0 ? (node.id?.name ?? 'anonymous') : undefined);
  if (root !== undefined) parts.unshift(root);
  for (const ancestor of ancestors.toReversed()) {
    if (ancestor.type === 'TSModuleDeclaration') parts.unshift(entityName(ancestor.id));
  }
  return parts.join('.');
}

/** Climbs from a function; puts the property names it passes into `parts` and gives the name of what holds them. */
function nameFromOutside(node: FunctionNode, ancestors: readonly Node[], parts: string[]): string | undefined {
  if (node.type === 'FunctionDeclaration') return node.id?.name ?? 'default';
  for (const [index, parent] of [...ancestors.entries()].toReversed()) {
    switch (parent.type) {
      case 'Property':
      case 'MethodDefinition':
      case 'PropertyDefinition':
      case 'AccessorProperty':
        parts.unshift(keyName(parent.key, parent.computed));
        break;
      case 'ClassDeclaration':
      case 'ClassExpression':
        if (parent.id !== null) return parent.id.name;
        break;
      case 'VariableDeclarator':
        return parent.id.type === 'Identifier' ? parent.id.name : undefined;
      case 'AssignmentPattern':
        return parent.left.type === 'Identifier' ? parent.left.name : undefined;
      case 'AssignmentExpression':
        return assignedName(parent.left)?.replace(/^this(?=\.)/, classAround(ancestors.slice(0, index)) ?? 'this');
      case 'ExportDefaultDeclaration':
      case 'TSExportAssignment':
        return 'default';
      case 'ParenthesizedExpression':
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
      case 'CallExpression':
      case 'AwaitExpression':
      case 'ChainExpression':
      case 'MemberExpression':
      case 'LogicalExpression':
      case 'ConditionalExpression':
      case 'ObjectExpression':
      case 'ClassBody':
        break;
      default:
        return undefined;
    }
  }
  return undefined;
}

/** The class whose instance `this` is: compilers put a field's function into the constructor. */
function classAround(ancestors: readonly Node[]): string | undefined {
  for (const [index, node] of [...ancestors.entries()].toReversed()) {
    if (node.type === 'FunctionDeclaration') return undefined;
    if (node.type === 'FunctionExpression' && ancestors[index - 1]?.type !== 'MethodDefinition') return undefined;
    if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') return node.id?.name;
  }
  return undefined;
}

/** `exports.f` and `module.exports.f` are `f`, because that is what importers call it. */
function assignedName(left: Node): string | undefined {
  const name = entityName(left);
  if (name === COMPUTED) return undefined;
  if (name === 'module.exports') return 'default';
  return name.replace(/^(module\.)?exports\./, '');
}

function entityName(node: Node): string {
  switch (node.type) {
    case 'Identifier':
      return node.name;
    case 'ThisExpression':
      return 'this';
    case 'TSQualifiedName':
      return `${entityName(node.left)}.${entityName(node.right)}`;
    case 'MemberExpression':
      return `${entityName(node.object)}.${keyName(node.property, node.computed)}`;
    case 'Literal':
      return String(node.value);
    default:
      return COMPUTED;
  }
}

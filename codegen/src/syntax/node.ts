import type { Node } from 'yuku-parser';

export type FunctionNode = Extract<
  Node,
  { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' }
>;

export const isFunction = (node: Node): node is FunctionNode =>
  node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

/** Calls `visit` for every direct child of a node, in no particular order. */
export function eachChild(node: Node, visit: (child: Node) => void): void {
  for (const value of Object.values(node)) {
    if (isNode(value)) visit(value);
    else if (Array.isArray(value)) for (const item of value) if (isNode(item)) visit(item);
  }
}

/** Whether a node or one inside it passes, inner functions left out. */
export function holds(node: Node, test: (node: Node) => boolean): boolean {
  if (test(node)) return true;
  let found = false;
  if (!isFunction(node))
    eachChild(node, (child) => {
      found ||= holds(child, test);
    });
  return found;
}

/** Where a declaration really begins: the parser puts decorators in front of `export` outside of it. */
export function outerStart(node: Node): number {
  let start = node.start;
  if ('decorators' in node) for (const decorator of node.decorators ?? []) start = Math.min(start, decorator.start);
  if ('declaration' in node && isNode(node.declaration)) start = Math.min(start, outerStart(node.declaration));
  return start;
}

/** The expression inside parentheses and type operators. */
export function unwrap(node: Node): Node {
  switch (node.type) {
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
      return unwrap(node.expression);
    default:
      return node;
  }
}

import { type FunctionNode, holds, isNode } from './node.ts';

/** What React and its kin take for a component: a capital first letter, and elements in the body. */
export function isComponent(name: string, { body }: FunctionNode): boolean {
  if (!/^\p{Lu}/u.test(name.slice(name.lastIndexOf('.') + 1)) || !isNode(body)) return false;
  return holds(body, ({ type }) => type === 'JSXElement' || type === 'JSXFragment');
}

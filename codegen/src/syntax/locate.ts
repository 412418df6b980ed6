import type { Node, Program } from 'yuku-parser';
import { eachChild } from './node.ts';

/** A node with the nodes around it, outermost first. */
export interface Located {
  readonly node: Node;
  readonly ancestors: readonly Node[];
}

/** Every node that contains an offset, outermost first. Subtrees that do not contain it are never looked into. */
export function nodesAt(program: Program, offset: number): Node[] {
  const chain: Node[] = [];
  let current: Node | undefined = program;
  while (current !== undefined) {
    chain.push(current);
    let next: Node | undefined;
    eachChild(current, (child) => {
      if (next === undefined && child.start <= offset && offset < child.end) next = child;
    });
    current = next;
  }
  return chain;
}

/** The function literal that begins with the first token behind a comment, else the outermost node that does. */
export function nodeBehind(program: Program, source: string, commentEnd: number): Located | undefined {
  const offset = skipTrivia(source, commentEnd);
  const chain = nodesAt(program, offset);
  let index = chain.findIndex((node) => node.start === offset && isLiteral(node));
  // Before the next: the name of a member begins there, too.
  if (index < 0) index = chain.findLastIndex((node) => followsDecorators(node, offset));
  if (index < 0) index = chain.findIndex((node) => node.type !== 'Program' && node.start === offset);
  // A comment between two decorators belongs to what both decorate.
  if (chain[index]?.type === 'Decorator') index--;
  const node = chain[index];
  return node === undefined ? undefined : { node, ancestors: chain.slice(0, index) };
}

const isLiteral = ({ type }: Node): boolean => type === 'FunctionExpression' || type === 'ArrowFunctionExpression';

/** Offset of the first character that belongs to a token. */
export function skipTrivia(source: string, start: number): number {
  let offset = start;
  while (offset < source.length) {
    if (source.startsWith('//', offset))
      while (offset < source.length && !/[\n\r\u2028\u2029]/.test(source[offset] ?? '')) offset++;
    else if (source.startsWith('/*', offset)) offset = source.indexOf('*/', offset + 2) + 2;
    else if (/\s/.test(source[offset] ?? '')) offset++;
    else break;
  }
  return offset;
}

/** A comment between the decorators of a member and the member itself belongs to the member. */
function followsDecorators(node: Node, offset: number): boolean {
  if (node.type !== 'MethodDefinition' && node.type !== 'PropertyDefinition' && node.type !== 'AccessorProperty')
    return false;
  const last = node.decorators.at(-1);
  return last !== undefined && last.end <= offset && offset <= node.key.start;
}

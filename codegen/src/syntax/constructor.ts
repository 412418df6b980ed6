import type { Node } from 'yuku-parser';
import { boundNames } from './body.ts';
import { eachChild } from './node.ts';
import type { Trap } from './traps.ts';

export type ClassNode = Extract<Node, { type: 'ClassDeclaration' | 'ClassExpression' }>;

/**
 * Where the measured block of a derived constructor opens: undefined at the top of the body, so that a throwing
 * `super()` is seen too. Behind `super()` where compilers of TypeScript put the fields and parameter properties there:
 * they look for `super()` among the statements of the body itself.
 */
export function constructorBlock(
  source: string,
  maker: ClassNode,
  params: readonly Node[],
  statements: readonly Node[],
): number | undefined | Trap {
  if (maker.superClass === null || !hasMovedFields(maker, params)) return undefined;
  const index = statements.findIndex(isSuperStatement);
  const call = statements[index];
  if (call === undefined || statements.reduce((sum, statement) => sum + countSuper(statement), 0) !== 1) {
    return { code: 'PAN1303', message: '`super()` is not one statement of the constructor by itself.' };
  }
  const before = source.slice(statements[0]?.start, call.end);
  const hidden = statements
    .slice(index + 1)
    .flatMap(lexicalNames)
    .find((name) => mentions(before, name));
  if (hidden === undefined) return call.end;
  return { code: 'PAN1303', message: `\`${hidden}\` is declared behind \`super()\` and named before it.` };
}

const hasMovedFields = (maker: ClassNode, params: readonly Node[]): boolean =>
  params.some(({ type }) => type === 'TSParameterProperty') ||
  maker.body.body.some(
    (member) =>
      (member.type === 'PropertyDefinition' || member.type === 'AccessorProperty') &&
      !member.static &&
      !('declare' in member && member.declare),
  );

const isSuperCall = (node: Node): boolean => node.type === 'CallExpression' && node.callee.type === 'Super';

const isSuperStatement = (node: Node): boolean => node.type === 'ExpressionStatement' && isSuperCall(node.expression);

/** Arrows can call the `super()` of the constructor around them, other functions cannot. */
function countSuper(node: Node): number {
  if (node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression') return 0;
  let count = isSuperCall(node) ? 1 : 0;
  eachChild(node, (child) => {
    count += countSuper(child);
  });
  return count;
}

/** Names that a block around this statement would hide from the code outside. */
function lexicalNames(statement: Node): string[] {
  if (statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration')
    return statement.id === null ? [] : [statement.id.name];
  if (statement.type !== 'VariableDeclaration' || statement.kind === 'var') return [];
  return statement.declarations.flatMap(({ id }) => boundNames(id));
}

/** A word anywhere in the text: too much rather than too little. */
const mentions = (text: string, name: string): boolean => text.split(/[^\p{ID_Continue}$]+/u).includes(name);

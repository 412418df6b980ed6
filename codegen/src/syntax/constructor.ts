import type { Node } from 'yuku-parser';
import { boundNames } from './body.ts';
import { eachChild, type FunctionNode, holds, isFunction } from './node.ts';
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
  if (hidden !== undefined)
    return { code: 'PAN1303', message: `\`${hidden}\` is declared behind \`super()\` and named before it.` };
  if (!statements.slice(0, index).some((statement) => holds(statement, isReturn))) return call.end;
  const message = 'The constructor returns before `super()`, where nothing is measured.';
  return { code: 'PAN1303', message, fix: 'Return behind `super()`, or make the object in a function of its own.' };
}

/** Whether an arrow function is made where its constructor has not called `super()` yet, so that it may have no `this`. */
export function isBeforeSuper({ type, start }: FunctionNode, ancestors: readonly Node[]): boolean {
  if (type !== 'ArrowFunctionExpression') return false;
  const index = ancestors.findLastIndex(bindsThis);
  const owner = ancestors[index];
  const member = ancestors[index - 1];
  const maker = ancestors[index - 3];
  if (owner?.type !== 'FunctionExpression' || member?.type !== 'MethodDefinition') return false;
  if (maker?.type !== 'ClassDeclaration' && maker?.type !== 'ClassExpression') return false;
  if (member.kind !== 'constructor' || maker.superClass === null) return false;
  const call = owner.body?.body.find(isSuperStatement);
  return call === undefined || start < call.end;
}

const bindsThis = (node: Node): boolean =>
  node.type === 'PropertyDefinition' ||
  node.type === 'AccessorProperty' ||
  node.type === 'StaticBlock' ||
  (isFunction(node) && node.type !== 'ArrowFunctionExpression');

const hasMovedFields = (maker: ClassNode, params: readonly Node[]): boolean =>
  params.some(({ type }) => type === 'TSParameterProperty') ||
  maker.body.body.some(
    (member) =>
      (member.type === 'PropertyDefinition' || member.type === 'AccessorProperty') &&
      !member.static &&
      !('declare' in member && member.declare),
  );

const isReturn = ({ type }: Node): boolean => type === 'ReturnStatement';

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

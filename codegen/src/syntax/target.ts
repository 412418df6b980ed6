import type { Node, Program } from 'yuku-parser';
import type { Finding } from '../diagnostics/finding.ts';
import type { DiagnosticCode } from '../diagnostics/table.ts';
import { type Located, nodeBehind, nodesAt } from './locate.ts';
import { type FunctionNode, unwrap } from './node.ts';
import { implementation } from './overloads.ts';
import { wrappedFunctions } from './wrapped.ts';

/** The function a comment belongs to, or what stands there instead. `start` and `end` are the comment's tag. */
export function functionBehind(
  program: Program,
  source: string,
  commentEnd: number,
  tag: { start: number; end: number },
): { node: FunctionNode; ancestors: readonly Node[] } | Finding {
  const found = nodeBehind(program, source, commentEnd);
  const refuse = (code: DiagnosticCode, message: string, fix?: string): Finding => ({
    code,
    message,
    start: tag.start,
    end: tag.end,
    ...(fix === undefined ? {} : { fix }),
  });
  if (found === undefined) return refuse('PAN1201', 'No function follows the annotation.');
  const target = resolve(found, refuse);
  if ('code' in target) return target;
  const chain = nodesAt(program, target.start);
  return { node: target, ancestors: chain.slice(0, chain.indexOf(target)) };
}

type Refuse = (code: DiagnosticCode, message: string, fix?: string) => Finding;

function resolve(found: Located, refuse: Refuse): FunctionNode | Finding {
  const { node, ancestors } = found;
  const inside = (child: Node): FunctionNode | Finding =>
    resolve({ node: child, ancestors: [...ancestors, node] }, refuse);
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return node;
    case 'ExportNamedDeclaration':
      return node.declaration === null
        ? refuse('PAN1202', 'An export list is not a function.')
        : inside(node.declaration);
    case 'ExportDefaultDeclaration':
      return inside(node.declaration);
    case 'TSExportAssignment':
    case 'ExpressionStatement':
      return inside(node.expression);
    case 'TSDeclareFunction':
    case 'TSAbstractMethodDefinition':
    case 'TSMethodSignature':
    case 'TSPropertySignature':
    case 'TSCallSignatureDeclaration':
      return implementation(found) ?? refuse('PAN1203', `${described(node)} has no body.`);
    case 'VariableDeclaration':
      return declared(node.declarations, refuse, inside);
    case 'VariableDeclarator':
      return node.init === null
        ? refuse('PAN1202', 'A variable without a value is not a function.')
        : value(node.init, refuse, inside);
    case 'AssignmentExpression':
      return node.operator === '='
        ? value(node.right, refuse, inside)
        : refuse('PAN1202', 'This assignment is not a function.');
    case 'Property':
      return value(node.value, refuse, inside);
    case 'MethodDefinition':
      if (node.value.type !== 'FunctionExpression')
        return implementation(found) ?? refuse('PAN1203', 'This method has no body.');
      return node.value;
    case 'PropertyDefinition':
    case 'AccessorProperty':
      return node.value === null
        ? refuse('PAN1202', 'A field without a value is not a function.')
        : value(node.value, refuse, inside);
    case 'ParenthesizedExpression':
      return inside(node.expression);
    default:
      return value(node, refuse, inside);
  }
}

function declared(
  declarations: readonly Node[],
  refuse: Refuse,
  inside: (child: Node) => FunctionNode | Finding,
): FunctionNode | Finding {
  const results = declarations.map(inside);
  const functions = results.filter((result) => !('code' in result));
  if (functions.length > 1) return refuse('PAN1204', `${functions.length} functions are declared here.`);
  return functions[0] ?? results[0] ?? refuse('PAN1202', 'Nothing is declared here.');
}

function value(node: Node, refuse: Refuse, inside: (child: Node) => FunctionNode | Finding): FunctionNode | Finding {
  const inner = unwrap(node);
  if (inner.type === 'ArrowFunctionExpression' || inner.type === 'FunctionExpression') return inner;
  if (inner.type === 'AssignmentExpression') return inside(inner);
  if (inner.type === 'CallExpression' || inner.type === 'AwaitExpression' || inner.type === 'ChainExpression') {
    const wrapped = wrappedFunctions(inner);
    if (wrapped.length > 1) return refuse('PAN1204', `${wrapped.length} functions stand in this call.`);
    if (wrapped[0] !== undefined) return wrapped[0];
  }
  return refuse('PAN1202', `${described(inner)} is not a function.`);
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  ClassDeclaration: 'A class',
  ClassExpression: 'A class',
  ImportDeclaration: 'An import',
  TSTypeAliasDeclaration: 'A type',
  TSInterfaceDeclaration: 'An interface',
  TSEnumDeclaration: 'An enum',
  TSDeclareFunction: 'A declared function',
  TSAbstractMethodDefinition: 'An abstract method',
  TSMethodSignature: 'A member of an interface or type',
  TSPropertySignature: 'A member of an interface or type',
  ObjectExpression: 'An object',
  Literal: 'A constant',
  CallExpression: 'The result of a call',
};

const described = (node: Node): string => DESCRIPTIONS[node.type] ?? 'What follows';

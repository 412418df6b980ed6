import type { Node, Program } from 'yuku-parser';
import type { Finding } from '../diagnostics/finding.ts';
import type { DiagnosticCode } from '../diagnostics/table.ts';
import { type Located, nodeBehind, nodesAt } from './locate.ts';
import { eachChild, unwrap } from './node.ts';
import { implementation } from './overloads.ts';

export type FunctionNode = Extract<
  Node,
  { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' }
>;

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
  if (target.generator) return refuse('PAN1301', 'Generator functions cannot be billed yet.');
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
      if (node.kind !== 'init') return refuse('PAN1301', 'Accessors cannot be billed yet.');
      return value(node.value, refuse, inside);
    case 'MethodDefinition':
      if (node.value.type !== 'FunctionExpression')
        return implementation(found) ?? refuse('PAN1203', 'This method has no body.');
      if (node.kind === 'constructor') return refuse('PAN1301', 'Constructors cannot be billed yet.');
      if (node.kind !== 'method') return refuse('PAN1301', 'Accessors cannot be billed yet.');
      return node.value;
    case 'PropertyDefinition':
    case 'AccessorProperty': {
      if (node.value === null) return refuse('PAN1202', 'A field without a value is not a function.');
      const field = value(node.value, refuse, inside);
      return 'code' in field
        ? field
        : refuse(
            'PAN1301',
            'Functions in class fields cannot be billed yet.',
            'Make it a method, or call a billed function from it.',
          );
    }
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
  if (inner.type === 'CallExpression' && holdsFunction(inner)) {
    return refuse(
      'PAN1301',
      'The function is the argument of a call.',
      'Put the comment right in front of the inner function.',
    );
  }
  return refuse('PAN1202', `${described(inner)} is not a function.`);
}

function holdsFunction(node: Node): boolean {
  let found = false;
  eachChild(node, (child) => {
    const { type } = unwrap(child);
    found ||= type === 'ArrowFunctionExpression' || type === 'FunctionExpression';
  });
  return found;
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

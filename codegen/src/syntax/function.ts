import type { Node } from 'yuku-parser';
import { bodyFacts, boundNames, valueRange } from './body.ts';
import { qualifiedName } from './name.ts';
import { isNode } from './node.ts';
import type { BodyRecord, FunctionRecord, ParamRecord, ValueRange } from './records.ts';
import type { FunctionNode } from './target.ts';
import { type Trap, trapIn } from './traps.ts';

/** What the rewrite needs to know of a function; `trap` says why its body must stay as it is, `done` that it was rewritten before. */
export interface Described {
  readonly record: FunctionRecord;
  readonly trap: Trap | undefined;
  readonly done: boolean;
}

export function describeFunction(
  source: string,
  node: FunctionNode,
  ancestors: readonly Node[],
): Described | undefined {
  const { body } = node;
  if (body === null) return undefined;
  const owner = ancestors.at(-1);
  const method = owner?.type === 'MethodDefinition' || (owner?.type === 'Property' && owner.method);
  const { start, end } = method ? owner : node;
  const params = node.params
    .filter((param) => !(param.type === 'Identifier' && param.name === 'this'))
    .map((param) => paramRecord(source, param));
  const record = {
    name: qualifiedName(node, ancestors),
    kind: method ? 'method' : node.type === 'ArrowFunctionExpression' ? 'arrow' : 'function',
    async: node.async,
    start,
    end,
    params,
  } as const;
  if (body.type !== 'BlockStatement') {
    return {
      record: { ...record, body: { kind: 'expression', value: valueRange(body) } },
      trap: undefined,
      done: false,
    };
  }
  const facts = bodyFacts(body.body);
  return {
    record: { ...record, body: blockRecord(source, body, facts.returns) },
    trap: trapIn(facts, params, source.slice(body.start, body.end)),
    done: isInstrumented(body.body),
  };
}

function blockRecord(
  source: string,
  body: Extract<Node, { type: 'BlockStatement' }>,
  returns: readonly ValueRange[],
): BodyRecord {
  let start = body.start + 1;
  let needsSemicolon = false;
  for (const statement of body.body) {
    if (statement.type !== 'ExpressionStatement' || typeof statement.directive !== 'string') break;
    start = statement.end;
    needsSemicolon = source[start - 1] !== ';';
  }
  return { kind: 'block', start, end: body.end - 1, needsSemicolon, returns };
}

function paramRecord(source: string, param: Node): ParamRecord {
  const target =
    param.type === 'AssignmentPattern' ? param.left : param.type === 'RestElement' ? param.argument : param;
  const typed = param.type === 'AssignmentPattern' ? param.left : param;
  const annotation = 'typeAnnotation' in typed && isNode(typed.typeAnnotation) ? typed.typeAnnotation : undefined;
  const type = annotation?.type === 'TSTypeAnnotation' ? annotation.typeAnnotation : undefined;
  return {
    name: target.type === 'Identifier' ? target.name : undefined,
    bound: boundNames(param),
    type: type === undefined ? undefined : source.slice(type.start, type.end).replaceAll(/\s+/g, ' '),
  };
}

/** A file can pass here twice: server and client builds, a library built before the application. */
function isInstrumented(statements: readonly Node[]): boolean {
  const first = statements.find(
    (statement) => !(statement.type === 'ExpressionStatement' && typeof statement.directive === 'string'),
  );
  if (first?.type !== 'VariableDeclaration') return false;
  const id = first.declarations[0]?.id;
  return id?.type === 'Identifier' && id.name.startsWith('__pan_call');
}

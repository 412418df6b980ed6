import type { Node } from 'yuku-parser';
import { describeBlock } from './block.ts';
import { boundNames, valueRange } from './body.ts';
import { isBeforeSuper } from './constructor.ts';
import { kindOf } from './kind.ts';
import { qualifiedName } from './name.ts';
import { type FunctionNode, isNode } from './node.ts';
import type { FunctionRecord, ParamRecord } from './records.ts';
import type { Trap } from './traps.ts';
import { waitsOf } from './waits.ts';

/** What the rewrite needs to know of a function; `trap` says why its body must stay as it is, `done` that it was rewritten before. */
export interface Described {
  readonly record: FunctionRecord;
  readonly trap: Trap | undefined;
  readonly done: boolean;
}

/**
 * Undefined when the function has no body.
 * @param typescript a compiler that knows types comes after us
 * @param trace the calls will be traced
 */
export function describeFunction(
  source: string,
  node: FunctionNode,
  ancestors: readonly Node[],
  typescript: boolean,
  trace: boolean,
): Described | undefined {
  const { body, async, generator } = node;
  if (body === null) return undefined;
  const owner = ancestors.at(-1);
  const kind = kindOf(node, owner);
  const { start, end } = owner === undefined || kind === 'function' || kind === 'arrow' ? node : owner;
  const params = node.params
    .filter((param) => !(param.type === 'Identifier' && param.name === 'this'))
    .map((param) => paramRecord(source, param));
  const made = kind === 'constructor' ? ancestors.at(-3) : undefined;
  const maker = made?.type === 'ClassDeclaration' || made?.type === 'ClassExpression' ? made : undefined;
  const derived = maker === undefined ? isBeforeSuper(node, ancestors) : maker.superClass !== null;
  const record = { name: qualifiedName(node, ancestors), kind, async, generator, derived, start, end, params };
  const waits = trace ? waitsOf(node) : undefined;
  if (body.type !== 'BlockStatement') {
    return {
      record: { ...record, body: { kind: 'expression', value: valueRange(body), waits } },
      trap: undefined,
      done: false,
    };
  }
  const block = describeBlock(source, node, body, params, typescript ? maker : undefined);
  return { record: { ...record, body: { ...block.record, waits } }, trap: block.trap, done: block.done };
}

function paramRecord(source: string, parameter: Node): ParamRecord {
  const param = parameter.type === 'TSParameterProperty' ? parameter.parameter : parameter;
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

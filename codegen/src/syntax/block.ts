import type { Node } from 'yuku-parser';
import { bodyFacts } from './body.ts';
import { type ClassNode, constructorBlock } from './constructor.ts';
import type { FunctionNode } from './node.ts';
import { pausesOf } from './pauses.ts';
import type { BlockRecord, ParamRecord } from './records.ts';
import { type Trap, trapIn } from './traps.ts';

type BlockNode = Extract<Node, { type: 'BlockStatement' }>;

/** A body in braces; `maker` is the class of a constructor whose fields a compiler of TypeScript may move. */
export function describeBlock(
  source: string,
  node: FunctionNode,
  body: BlockNode,
  params: readonly ParamRecord[],
  maker: ClassNode | undefined,
): { readonly record: BlockRecord; readonly trap: Trap | undefined; readonly done: boolean } {
  const facts = bodyFacts(body.body);
  const opens = maker === undefined ? undefined : constructorBlock(source, maker, node.params, body.body);
  return {
    record: {
      kind: 'block',
      ...openingOf(source, body),
      tryAt: typeof opens === 'number' ? opens : undefined,
      end: body.end - 1,
      returns: facts.returns,
      pauses: node.generator ? pausesOf(source, body, facts) : undefined,
    },
    trap: typeof opens === 'object' ? opens : trapIn(facts, params, source.slice(body.start, body.end)),
    done: isInstrumented(body.body),
  };
}

/** Behind the brace and the directives, which must stay first. */
function openingOf(source: string, body: BlockNode): { start: number; needsSemicolon: boolean } {
  let start = body.start + 1;
  let needsSemicolon = false;
  for (const statement of body.body) {
    if (statement.type !== 'ExpressionStatement' || typeof statement.directive !== 'string') break;
    start = statement.end;
    needsSemicolon = source[start - 1] !== ';';
  }
  return { start, needsSemicolon };
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

import type { Node, Program } from 'yuku-parser';
import { nodesAt } from './locate.ts';
import { eachChild, isFunction, unwrap } from './node.ts';

/** A call that runs the text of a function where nothing of its file exists. */
export interface Sender {
  /** What it is called, as the user knows it. */
  readonly name: string;
  readonly args: readonly Node[];
}

/** Methods of browser drivers and extensions, and constructors that take a program as text. */
const CALLED =
  /\.(evaluate|evaluateHandle|evaluateAll|evaluateOnNewDocument|addInitScript|waitForFunction|executeScript|executeAsyncScript|\$\$?eval)\s*\(|\bnew\s+(Function|Blob|Worker)\s*\(/g;

/** Every such call of a file. Most files have none, and are only searched for the names. */
export function sendersIn(source: string, program: Program): Sender[] {
  return [...source.matchAll(CALLED)].flatMap(({ index, 1: method, 2: made }) => {
    const call = nodesAt(program, index).findLast((node) =>
      made === undefined
        ? node.type === 'CallExpression' && calls(node.callee, method)
        : node.type === 'NewExpression' && node.start === index,
    );
    if (call?.type !== 'CallExpression' && call?.type !== 'NewExpression') return [];
    return [{ name: method ?? `new ${made}`, args: call.arguments }];
  });
}

function calls(callee: Node, method: string | undefined): boolean {
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier' && callee.property.name === method;
}

/** The call that sends a function or one around it away, by its name or as a literal in the arguments; undefined when none does. */
export function senderOf(senders: readonly Sender[], node: Node, ancestors: readonly Node[]): Sender | undefined {
  if (senders.length === 0) return undefined;
  const chain = [...ancestors, node];
  for (const [index, one] of chain.entries()) {
    const sender = isFunction(one) ? senderOfOne(senders, one, chain[index - 1]) : undefined;
    if (sender !== undefined) return sender;
  }
  return undefined;
}

function senderOfOne(senders: readonly Sender[], node: Node, owner: Node | undefined): Sender | undefined {
  const named = owner?.type === 'VariableDeclarator' ? owner.id : 'id' in node ? node.id : undefined;
  const name = named !== null && typeof named === 'object' && 'name' in named ? named.name : undefined;
  return senders.find(({ args }) => args.some((argument) => hands(argument, node, name)));
}

/** Whether an argument hands the function over. A call of the function hands over its result. */
function hands(argument: Node, target: Node, name: unknown): boolean {
  const node = unwrap(argument);
  if (node === target) return true;
  if (node.type === 'Identifier') return node.name === name;
  if (node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression') return false;
  let found = false;
  eachChild(node, (child) => {
    const called = node.type === 'CallExpression' && child === node.callee && child.type === 'Identifier';
    const key = node.type === 'Property' && child === node.key && !node.computed && !node.shorthand;
    const member = node.type === 'MemberExpression' && child === node.property && !node.computed;
    if (!called && !key && !member) found ||= hands(child, target, name);
  });
  return found;
}

import type { Node } from 'yuku-parser';
import { holds, isNode, unwrap } from './node.ts';
import type { Range, ValueRange } from './records.ts';

/** What the statements of one function body hold, inner functions left out. */
export interface BodyFacts {
  readonly returns: ValueRange[];
  /** Each `return` that has no value. */
  readonly bareReturns: Range[];
  /** Names declared with `var`, at any depth. */
  readonly vars: Set<string>;
  /** Names of functions declared directly in the body, in order. */
  readonly functions: string[];
  /** Names of functions declared in blocks of the body; sloppy code declares them in the body too. */
  readonly blockFunctions: Set<string>;
  /** Whether an object answers for names where something is returned or yielded. */
  scoped: boolean;
}

export function valueRange(node: Node): ValueRange {
  const inner = node.type === 'ParenthesizedExpression' ? node.expression : node;
  const sequence = inner.type === 'SequenceExpression';
  return {
    start: node.start,
    end: node.end,
    parenthesised: inner !== node && !sequence,
    sequence: node === inner && sequence,
  };
}

/** Only statements can hold what is looked for, so expressions are never walked. */
export function bodyFacts(statements: readonly Node[]): BodyFacts {
  const facts: BodyFacts = {
    returns: [],
    bareReturns: [],
    vars: new Set(),
    functions: [],
    blockFunctions: new Set(),
    scoped: false,
  };
  for (const statement of statements) {
    let inner = statement;
    while (inner.type === 'LabeledStatement') inner = inner.body;
    if (inner.type === 'FunctionDeclaration' && inner.id !== null) facts.functions.push(inner.id.name);
    else visit(statement, facts);
  }
  return facts;
}

function visit(node: Node, facts: BodyFacts): void {
  switch (node.type) {
    case 'ReturnStatement':
      if (node.argument === null) facts.bareReturns.push({ start: node.start, end: node.end });
      else facts.returns.push(valueRange(node.argument));
      return;
    case 'VariableDeclaration':
      if (node.kind === 'var')
        for (const { id } of node.declarations) for (const name of boundNames(id)) facts.vars.add(name);
      return;
    case 'BlockStatement':
      for (const statement of node.body) visit(statement, facts);
      return;
    case 'IfStatement':
      visit(node.consequent, facts);
      if (node.alternate !== null) visit(node.alternate, facts);
      return;
    case 'ForStatement':
      if (node.init !== null) visit(node.init, facts);
      visit(node.body, facts);
      return;
    case 'ForInStatement':
    case 'ForOfStatement':
      visit(node.left, facts);
      visit(node.body, facts);
      return;
    case 'WithStatement':
      facts.scoped ||= holds(node.body, leaves);
      visit(node.body, facts);
      return;
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'LabeledStatement':
      visit(node.body, facts);
      return;
    case 'FunctionDeclaration':
      if (node.id !== null && !node.async && !node.generator) facts.blockFunctions.add(node.id.name);
      return;
    case 'TryStatement':
      visit(node.block, facts);
      if (node.handler !== null) visit(node.handler.body, facts);
      if (node.finalizer !== null) visit(node.finalizer, facts);
      return;
    case 'SwitchStatement':
      for (const { consequent } of node.cases) for (const statement of consequent) visit(statement, facts);
  }
}

const leaves = ({ type }: Node): boolean => type === 'ReturnStatement' || type === 'YieldExpression';

/** Every name that a parameter or a declared variable binds. */
export function boundNames(pattern: Node): string[] {
  const node = unwrap(pattern);
  switch (node.type) {
    case 'Identifier':
      return [node.name];
    case 'AssignmentPattern':
      return boundNames(node.left);
    case 'RestElement':
      return boundNames(node.argument);
    case 'ArrayPattern':
      return node.elements.flatMap((element) => (isNode(element) ? boundNames(element) : []));
    case 'ObjectPattern':
      return node.properties.flatMap((property) =>
        boundNames(property.type === 'Property' ? property.value : property),
      );
    default:
      return [];
  }
}

import type {
  Node as AnyNode,
  ConstructorDeclaration,
  GetAccessorDeclaration,
  SetAccessorDeclaration,
  SourceFile,
  Type,
} from 'ts-morph';
import type { Billable } from '../types.ts';

/** Handed in, because ts-morph is loaded late. */
type TsMorph = Pick<typeof import('ts-morph'), 'Node' | 'ts'>;
type Nodes = TsMorph['Node'];

/** What the checker knows about one function. */
export interface Typed {
  /** As the checker prints it; one for each overload, empty when the function was not found. */
  readonly signatures: string[];
  /** The checker says that it returns a promise, with or without the word `async`. */
  readonly returnsPromise: boolean;
}

/** Finds the function a billable stands for by its position, and asks the checker for its type. */
export function typeOf({ Node, ts }: TsMorph, file: SourceFile, billable: Billable): Typed {
  const node = functionAt(Node, file, billable);
  if (node === undefined) return { signatures: [], returnsPromise: false };
  const checker = file.getProject().getTypeChecker().compilerObject;
  const whole = ts.TypeFormatFlags.NoTruncation;
  if (isUncallable(Node, node)) {
    const signature = checker.getSignatureFromDeclaration(node.compilerNode);
    const text = signature && checker.signatureToString(signature, node.compilerNode, whole);
    return { signatures: text === undefined ? [] : [text], returnsPromise: false };
  }
  const found = node.getType().getCallSignatures();
  return {
    signatures: found.map(({ compilerSignature }) =>
      checker.signatureToString(compilerSignature, node.compilerNode, whole),
    ),
    returnsPromise: found.some((signature) => isPromise(signature.getReturnType())),
  };
}

function isPromise(type: Type): boolean {
  return type.isUnion() ? type.getUnionTypes().some(isPromise) : type.getSymbol()?.getName() === 'Promise';
}

/** The function whose text is nearest to the billable's range: where modifiers and decorators count may differ. */
function functionAt(Node: Nodes, file: SourceFile, { start, end }: Billable): AnyNode | undefined {
  let best: AnyNode | undefined;
  let least = Number.POSITIVE_INFINITY;
  file.forEachDescendant((node, traversal) => {
    // no value may be returned here: it would end the walk, and skip() has one
    if (node.getEnd() <= start || node.getStart() >= end) {
      traversal.skip();
      return;
    }
    const distance = Math.abs(node.getStart() - start) + Math.abs(node.getEnd() - end);
    if (distance >= least || !isFunction(Node, node)) return;
    best = node;
    least = distance;
  });
  return best;
}

function isFunction(Node: Nodes, node: AnyNode): boolean {
  if (Node.isArrowFunction(node) || Node.isFunctionExpression(node)) return true;
  if (isUncallable(Node, node)) return node.getBody() !== undefined;
  return (Node.isFunctionDeclaration(node) || Node.isMethodDeclaration(node)) && node.getBody() !== undefined;
}

/** A function whose own type is no function: that of an accessor is the property's, that of a constructor the object's. */
const isUncallable = (
  Node: Nodes,
  node: AnyNode,
): node is ConstructorDeclaration | GetAccessorDeclaration | SetAccessorDeclaration =>
  Node.isConstructorDeclaration(node) || Node.isGetAccessorDeclaration(node) || Node.isSetAccessorDeclaration(node);

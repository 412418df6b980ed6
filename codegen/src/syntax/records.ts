export type FunctionKind = 'function' | 'arrow' | 'method' | 'getter' | 'setter' | 'constructor';

/** A function as the rewrite needs it; all offsets are UTF-16, in the source. */
export interface FunctionRecord {
  /** Qualified name: variable, `Class.method`, `object.property`, `default`, else `anonymous`. */
  readonly name: string;
  readonly kind: FunctionKind;
  readonly async: boolean;
  readonly generator: boolean;
  /** A constructor of a class with `extends`, or an arrow function made there before `super()`: it begins without `this`. */
  readonly derived: boolean;
  readonly start: number;
  readonly end: number;
  readonly params: readonly ParamRecord[];
  readonly body: BodyRecord;
}

export interface ParamRecord {
  /** Its own name, when it has one (also with a default, or as a rest parameter). */
  readonly name: string | undefined;
  /** Every name it binds. */
  readonly bound: readonly string[];
  /** Declared type as written; undefined where none is declared. */
  readonly type: string | undefined;
}

export type BodyRecord = (BlockRecord | { readonly kind: 'expression'; readonly value: ValueRange }) & {
  /** Only where calls are traced. */
  readonly waits?: Waits | undefined;
};

/** A body in braces: from behind `{` and the directives to before `}`. */
export interface BlockRecord {
  readonly kind: 'block';
  readonly start: number;
  readonly end: number;
  /** The last directive lacks its semicolon. */
  readonly needsSemicolon: boolean;
  /** Where the measured block opens when that is not at `start`: behind the `super()` of a constructor. */
  readonly tryAt: number | undefined;
  readonly returns: readonly ValueRange[];
  /** Of a generator. */
  readonly pauses: Pauses | undefined;
}

/** An expression whose value is returned. */
export interface ValueRange extends Range {
  /** Already in parentheses, and these hold one expression: they can serve as a call's own. */
  readonly parenthesised: boolean;
  /** A comma expression: needs parentheses to be one argument. */
  readonly sequence: boolean;
}

/** Where a generator stops, and how it ends without a value. */
export interface Pauses {
  readonly yields: readonly YieldRange[];
  /** Each `return` that has no value. */
  readonly bareReturns: readonly Range[];
  /** Offset behind the last statement, when what follows it can be reached; `needsSemicolon` when it lacks its own. */
  readonly completes: { readonly at: number; readonly needsSemicolon: boolean } | undefined;
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** One `yield` of the generator itself, not `yield*`. */
export interface YieldRange extends Range {
  readonly value: ValueRange | undefined;
}

/** Where a function leaves its body and comes back to it. */
export interface Waits {
  readonly awaits: readonly WaitRange[];
  /** Each `yield*`. */
  readonly delegates: readonly WaitRange[];
  readonly loops: readonly LoopRange[];
  /** The insides of `catch` and `finally` blocks that a wait which failed may lead to. */
  readonly handlers: readonly Range[];
  /** It also waits where that cannot be said: at the end of a block with `await using`, or inside `with`. */
  readonly hidden: boolean;
}

/** An expression that waits for its operand. */
export interface WaitRange extends Range {
  readonly value: ValueRange;
}

/** A `for await`, with the labels in front of it; `value` is what it goes over. */
export interface LoopRange extends WaitRange {
  /** Between the braces, or the statement itself where it is no `block`. */
  readonly body: Range;
  readonly block: boolean;
}

/** A function as the rewrite needs it; all offsets are UTF-16, in the source. */
export interface FunctionRecord {
  /** Qualified name: variable, `Class.method`, `object.property`, `default`, else `anonymous`. */
  readonly name: string;
  readonly kind: 'function' | 'arrow' | 'method';
  readonly async: boolean;
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

/** `block` ranges from behind `{` (and directives) to before `}`. */
export type BodyRecord =
  | {
      readonly kind: 'block';
      readonly start: number;
      readonly end: number;
      /** The last directive lacks its semicolon. */
      readonly needsSemicolon: boolean;
      readonly returns: readonly ValueRange[];
    }
  | { readonly kind: 'expression'; readonly value: ValueRange };

/** An expression whose value is returned. */
export interface ValueRange {
  readonly start: number;
  readonly end: number;
  /** Already in parentheses, and these hold one expression: they can serve as a call's own. */
  readonly parenthesised: boolean;
  /** A comma expression: needs parentheses to be one argument. */
  readonly sequence: boolean;
}

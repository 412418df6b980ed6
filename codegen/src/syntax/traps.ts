import type { BodyFacts } from './body.ts';
import type { ParamRecord } from './records.ts';

/** Why a function cannot be rewritten in place. */
export interface Trap {
  readonly code: 'PAN1302' | 'PAN1303';
  readonly message: string;
  /** Better advice than the code has. */
  readonly fix?: string;
}

/**
 * Why a body would mean something else inside `try { }`, or undefined when it would not.
 * At the top of a function, function declarations are variables; in a block they are lexical, which clashes with a `var`
 * or another function of that name, and neither a parameter of that name would be replaced nor they by one in a block. Sloppy `eval` declares
 * variables too, so `text`, the body's own, must not call it where there are such functions.
 */
export function trapIn(facts: BodyFacts, params: readonly ParamRecord[], text: string): Trap | undefined {
  const bound = new Set(params.flatMap((param) => param.bound));
  const seen = new Set<string>();
  const clash = (message: string): Trap => ({ code: 'PAN1302', message });
  if (facts.scoped) {
    const trap = clash('The body returns or yields inside `with`, whose object may answer for any name.');
    return { ...trap, fix: 'Return or yield behind the `with` statement.' };
  }
  // `(eval)()` declares as `eval()` does.
  if (facts.functions.length > 0 && /\beval\s*[(/)]/.test(text))
    return clash('The body declares functions and calls `eval`.');
  for (const name of facts.functions) {
    if (facts.vars.has(name)) return clash(`\`${name}\` is both a variable and a function in the body.`);
    if (facts.blockFunctions.has(name)) return clash(`A block of the body declares the function \`${name}\` again.`);
    if (seen.has(name)) return clash(`Two functions in the body are called \`${name}\`.`);
    if (bound.has(name)) return clash(`A function in the body replaces the parameter \`${name}\`.`);
    if (name === 'arguments') return clash('A function in the body is called `arguments`.');
    seen.add(name);
  }
  return undefined;
}

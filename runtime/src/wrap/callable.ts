/** A function as its wrapper sees it. */
export type Callable = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Whether a function can be called with `new`, said without running it: the trap of a proxy stands before the body, and
 * only what can be constructed gets that far.
 */
export function isConstructor(fn: Callable): boolean {
  try {
    Reflect.construct(new Proxy(fn, { construct: () => ({}) }), []);
    return true;
  } catch {
    return false;
  }
}

/** `GeneratorFunction`, `AsyncGeneratorFunction` and the like, of whatever realm. */
export function kindOf(fn: Callable): string {
  return Object.prototype.toString.call(fn).slice('[object '.length, -1);
}

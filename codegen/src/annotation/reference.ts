/** `$root.path`, read at run time. */
export interface Reference {
  /** A name, `this`, `result`, or a position. */
  readonly root: string | number;
  /** Property names and array indices. */
  readonly path: readonly (string | number)[];
}

const DIGITS = /^\d+$/;
const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** Reads `$name.path`, `$0.path`, `$this.path` or `$result.path`; undefined when it is none of these. */
export function parseReference(text: string): Reference | undefined {
  const [root, ...path] = text.slice(1).split('.').map(segment);
  if (root === undefined || path.includes(undefined)) return undefined;
  return { root, path: path.filter((part) => part !== undefined) };
}

function segment(text: string): string | number | undefined {
  if (DIGITS.test(text)) return Number(text);
  return NAME.test(text) ? text : undefined;
}

/** An object of plain data. */
export type Members = Readonly<Record<string, unknown>>;

/** Where the value of a member is found: `other` travels by Node's own serialisation, and can be anything. */
export const KIND = { text: 0, number: 1, boolean: 2, members: 3, other: 4 } as const;

/** What objects have in common, calls of one function for instance: everything but the values. */
export interface Shape {
  readonly keys: readonly string[];
  /** `KIND` of each member. */
  readonly kinds: readonly number[];
  /** Of members that are objects themselves. */
  readonly shapes: readonly (Shape | undefined)[];
}

export function shapeOf(object: Members): Shape {
  const values = Object.values(object);
  return {
    keys: Object.keys(object),
    kinds: values.map(kindOf),
    shapes: values.map((value) => (isMembers(value) ? shapeOf(value) : undefined)),
  };
}

/** How many of its members are texts, those of its members among them. */
export const textsIn = ({ kinds, shapes }: Shape): number =>
  kinds.reduce((sum, kind, index) => {
    if (kind === KIND.text) return sum + 1;
    const shape = shapes[index];
    return shape === undefined ? sum : sum + textsIn(shape);
  }, 0);

export function kindOf(value: unknown): number {
  if (typeof value === 'string') return KIND.text;
  if (typeof value === 'number') return KIND.number;
  if (typeof value === 'boolean') return KIND.boolean;
  return isMembers(value) ? KIND.members : KIND.other;
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

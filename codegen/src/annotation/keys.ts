/** What a key takes. Every key but those marked takes a reference too. */
export type ValueKind =
  | 'text'
  /** One item or a comma list. */
  | 'list'
  /** A number that is not negative. */
  | 'count'
  /** Any decimal number. */
  | 'money'
  /** A reference and nothing else. */
  | 'object'
  | 'any';

export interface KeyRule {
  readonly value: ValueKind;
  /** The value must be known when the code is built. */
  readonly literal?: true;
}

/** The keys of the annotation; `attributes.NAME` comes on top. */
export const KEYS: Readonly<Record<string, KeyRule>> = {
  provider: { value: 'text', literal: true },
  service: { value: 'text' },
  resource: { value: 'text' },
  model: { value: 'text' },
  category: { value: 'text' },
  usage: { value: 'object' },
  quantity: { value: 'count' },
  unit: { value: 'text' },
  amount: { value: 'money' },
  currency: { value: 'text' },
  tags: { value: 'list' },
  user: { value: 'text' },
  requestId: { value: 'text' },
  sample: { value: 'count', literal: true },
  context: { value: 'text', literal: true },
  stream: { value: 'text', literal: true },
};

export const ATTRIBUTES = 'attributes.';

/** The rule of a key, or undefined for an unknown one. */
export function keyRule(key: string): KeyRule | undefined {
  if (key.startsWith(ATTRIBUTES)) return isAttributeName(key.slice(ATTRIBUTES.length)) ? { value: 'any' } : undefined;
  return Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
}

// `__proto__` in an object literal would set its prototype.
const isAttributeName = (name: string): boolean => /^[A-Za-z_][\w-]*$/.test(name) && name !== '__proto__';

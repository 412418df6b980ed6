import { billingEventSchema, type JsonSchema } from './schema.ts';

/**
 * What keeps a value from being the JSON form of a billing event, each with its place: `amount: must match …`. Empty for
 * a good one. Knows the keywords that `billingEventSchema` uses, and throws at any other, so that none is passed over.
 */
export function schemaProblems(event: unknown, schema: JsonSchema = billingEventSchema): string[] {
  return check(event, schema, '');
}

type Rule = (value: unknown, expected: never, path: string, schema: JsonSchema) => string[];

const RULES: Readonly<Record<string, Rule>> = {
  type: (value, expected: string, path) =>
    isOfType(value, expected) ? [] : [wrong(path, `must be ${article(expected)}`)],
  const: (value, expected: unknown, path) =>
    value === expected ? [] : [wrong(path, `must be ${JSON.stringify(expected)}`)],
  enum: (value, expected: unknown[], path) =>
    expected.includes(value) ? [] : [wrong(path, `must be one of ${expected.join(', ')}`)],
  pattern: (value, expected: string, path) =>
    typeof value !== 'string' || new RegExp(expected, 'u').test(value) ? [] : [wrong(path, `must match ${expected}`)],
  minLength: (value, expected: number, path) =>
    typeof value !== 'string' || value.length >= expected ? [] : [wrong(path, 'must not be empty')],
  minimum: (value, expected: number, path) =>
    typeof value !== 'number' || value >= expected ? [] : [wrong(path, `must be at least ${expected}`)],
  maximum: (value, expected: number, path) =>
    typeof value !== 'number' || value <= expected ? [] : [wrong(path, `must be at most ${expected}`)],
  required: (value, expected: string[], path) =>
    isObject(value)
      ? expected.filter((key) => !Object.hasOwn(value, key)).map((key) => wrong(inside(path, key), 'is missing'))
      : [],
  properties: (value, expected: Record<string, JsonSchema>, path) =>
    isObject(value)
      ? Object.entries(value).flatMap(([key, member]) => {
          const schema = Object.hasOwn(expected, key) ? expected[key] : undefined;
          return schema === undefined ? [] : check(member, schema, inside(path, key));
        })
      : [],
  additionalProperties: (value, expected: boolean, path, { properties = {} }) =>
    isObject(value) && !expected
      ? Object.keys(value)
          .filter((key) => !Object.hasOwn(properties as object, key))
          .map((key) => wrong(inside(path, key), 'is no field of a billing event'))
      : [],
  items: (value, expected: JsonSchema, path) =>
    Array.isArray(value) ? value.flatMap((item, index) => check(item, expected, `${path}[${index}]`)) : [],
};

/** For people and tools; `format` says what the pattern beside it checks. */
const NOTES: ReadonlySet<string> = new Set(['$schema', '$id', 'title', 'description', 'format']);

function check(value: unknown, schema: JsonSchema, path: string): string[] {
  // of the wrong type: nothing else that could be said helps
  const type = schema.type === undefined ? [] : (RULES.type?.(value, schema.type as never, path, schema) ?? []);
  if (type.length > 0) return type;
  return Object.entries(schema).flatMap(([keyword, expected]) => {
    const rule = RULES[keyword];
    if (rule === undefined && !NOTES.has(keyword)) throw new TypeError(`no rule for the keyword ${keyword}`);
    return rule?.(value, expected as never, path, schema) ?? [];
  });
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'object') return isObject(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'number') return Number.isFinite(value);
  return typeof value === type;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const inside = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);
const wrong = (path: string, what: string): string => (path === '' ? `it ${what}` : `${path} ${what}`);
const article = (type: string): string => (/^[aio]/.test(type) ? `an ${type}` : `a ${type}`);

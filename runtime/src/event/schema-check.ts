import { billingEventSchema, type JsonSchema } from './schema.ts';

/** What keeps a value from fitting a schema, each with its place: `amount must match …`. Empty for one that fits. */
export type SchemaCheck = (value: unknown) => string[];

/**
 * Makes a check of a JSON Schema. Knows the keywords that `billingEventSchema` uses.
 * @throws TypeError for any other keyword, so that none is passed over
 */
export function compileSchema(schema: JsonSchema): SchemaCheck {
  const check = compile(schema);
  return (value) => {
    const wrong: string[] = [];
    check(value, '', wrong);
    return wrong;
  };
}

/** Adds to `wrong`. */
type Check = (value: unknown, path: string, wrong: string[]) => void;

type Rule = (expected: never, schema: JsonSchema) => Check;

/** For people and tools; `format` says what the pattern beside it checks, and `type` comes before all others. */
const NOTES: ReadonlySet<string> = /* @__PURE__ */ new Set([
  '$schema',
  '$id',
  'title',
  'description',
  'format',
  'type',
]);

function compile(schema: JsonSchema): Check {
  const { type } = schema;
  const checks = Object.entries(schema)
    .filter(([keyword]) => !NOTES.has(keyword))
    .map(([keyword, expected]) => {
      const rule = rules()[keyword];
      if (rule === undefined) throw new TypeError(`no rule for the keyword ${keyword}`);
      return rule(expected as never, schema);
    });
  return (value, path, wrong) => {
    // of the wrong type: nothing else that could be said helps
    if (typeof type === 'string' && !isOfType(value, type)) wrong.push(said(path, `must be ${article(type)}`));
    else for (const check of checks) check(value, path, wrong);
  };
}

/** One keyword: says `what` where a value of that kind does not pass. */
const unless =
  (passes: (value: unknown) => boolean, what: string): Check =>
  (value, path, wrong) => {
    if (!passes(value)) wrong.push(said(path, what));
  };

const rules = (): Readonly<Record<string, Rule>> => ({
  const: (expected: unknown) => unless((value) => value === expected, `must be ${JSON.stringify(expected)}`),
  enum: (expected: unknown[]) => unless((value) => expected.includes(value), `must be one of ${expected.join(', ')}`),
  pattern: (expected: string) => {
    const pattern = new RegExp(expected, 'u');
    return unless((value) => typeof value !== 'string' || pattern.test(value), `must match ${expected}`);
  },
  minLength: (expected: number) =>
    unless((value) => typeof value !== 'string' || value.length >= expected, 'must not be empty'),
  minimum: (expected: number) =>
    unless((value) => typeof value !== 'number' || value >= expected, `must be at least ${expected}`),
  maximum: (expected: number) =>
    unless((value) => typeof value !== 'number' || value <= expected, `must be at most ${expected}`),
  required: (expected: string[]) => (value, path, wrong) => {
    if (!isObject(value)) return;
    for (const key of expected) if (!Object.hasOwn(value, key)) wrong.push(said(inside(path, key), 'is missing'));
  },
  properties: (expected: Record<string, JsonSchema>) => {
    const checks = new Map(Object.entries(expected).map(([key, schema]) => [key, compile(schema)]));
    return (value, path, wrong) => {
      if (!isObject(value)) return;
      for (const key of Object.keys(value)) checks.get(key)?.(value[key], inside(path, key), wrong);
    };
  },
  additionalProperties: (expected: boolean, { properties = {} }) => {
    const known = new Set(Object.keys(properties as object));
    return (value, path, wrong) => {
      if (expected || !isObject(value)) return;
      for (const key of Object.keys(value)) {
        if (!known.has(key)) wrong.push(said(inside(path, key), 'is no field of a billing event'));
      }
    };
  },
  items: (expected: JsonSchema) => {
    const check = compile(expected);
    return (value, path, wrong) => {
      if (Array.isArray(value)) for (const [index, item] of value.entries()) check(item, `${path}[${index}]`, wrong);
    };
  },
});

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
const said = (path: string, what: string): string => (path === '' ? `it ${what}` : `${path} ${what}`);
const article = (type: string): string => (/^[aio]/.test(type) ? `an ${type}` : `a ${type}`);

/** What keeps a value from being the JSON form of a billing event. */
export const schemaProblems: SchemaCheck = /* @__PURE__ */ compileSchema(billingEventSchema);

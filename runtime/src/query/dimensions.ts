/** Dimensions that are a field of the event, with its path. */
export const FIELDS = {
  function: 'metadata.function_name',
  provider: 'provider',
  service: 'service',
  resource: 'resource',
  model: 'model',
  category: 'category',
  tenant: 'metadata.tenant_id',
  user: 'user',
  project: 'projectId',
  env: 'env',
  username: 'username',
  outcome: 'outcome',
  unit: 'unit',
  currency: 'currency',
  untrusted: 'metadata.untrusted',
} as const;

/** Dimensions that are the beginning of a span of time. */
export const BUCKETS = ['hour', 'day', 'month'] as const;

export type Field = keyof typeof FIELDS;
export type Bucket = (typeof BUCKETS)[number];
export type Dimension = Field | Bucket;

/** Every dimension, in the order help shows them. */
export const DIMENSIONS: readonly Dimension[] = [...(Object.keys(FIELDS) as Field[]), ...BUCKETS];

export function isBucket(dimension: Dimension): dimension is Bucket {
  return (BUCKETS as readonly string[]).includes(dimension);
}

export function isDimension(name: string): name is Dimension {
  return (DIMENSIONS as readonly string[]).includes(name);
}

/** Value at a dotted path of a stored document. */
export function valueAt(document: object, path: string): unknown {
  let value: unknown = document;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** A field as a key, spelled as MongoDB's `$convert` to string spells it; null for what is absent or no single value. */
export function keyText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (value instanceof Date) return value.toISOString();
  const type = (value as { _bsontype?: unknown } | null | undefined)?._bsontype;
  return type === 'ObjectId' || type === 'Decimal128' || type === 'Long' ? String(value) : null;
}

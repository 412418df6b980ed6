import { schemaProblems } from './schema-check.ts';

/** Fields that BSON holds as a type of its own, and how that is called; whichever bson of the process has made the value. */
const TYPES: readonly (readonly [path: readonly string[], type: 'ObjectId' | 'Date' | 'Decimal128'])[] = [
  [['_id'], 'ObjectId'],
  [['parent'], 'ObjectId'],
  [['ts'], 'Date'],
  [['window', 'from'], 'Date'],
  [['window', 'to'], 'Date'],
  [['amount'], 'Decimal128'],
  [['price', 'list'], 'Decimal128'],
];

/** What keeps a stored document from being a billing event, each with its place; empty for a good one. Never throws. */
export function documentProblems(document: Readonly<Record<string, unknown>>): string[] {
  const wrong: string[] = [];
  for (const [path, type] of TYPES) {
    const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
    if (value !== undefined && typeName(value) !== type) wrong.push(`${path.join('.')} must be of the type ${type}`);
  }
  const others = schemaProblems(toPlainJson(document));
  if (wrong.length === 0 || others.length === 0) return [...wrong, ...others];
  const inTheWrong = new Set(wrong.map((problem) => problem.split(' ', 1)[0]));
  return [...wrong, ...others.filter((problem) => !inTheWrong.has(problem.split(' ', 1)[0]))];
}

function typeName(value: unknown): string {
  if (value instanceof Date) return Number.isFinite(value.getTime()) ? 'Date' : 'a date that is none';
  return typeof value === 'object' && value !== null && '_bsontype' in value ? String(value._bsontype) : typeof value;
}

/** As `toJson`, of a document that may be anything. */
function toPlainJson(value: unknown): unknown {
  if (value instanceof Date) return Number.isFinite(value.getTime()) ? value.toISOString() : null;
  if (Array.isArray(value)) return value.map(toPlainJson);
  if (typeof value !== 'object' || value === null) return value;
  if ('_bsontype' in value) return String(value);
  const plain: Record<string, unknown> = {};
  for (const key of Object.keys(value)) plain[key] = toPlainJson((value as Record<string, unknown>)[key]);
  return plain;
}

import { schemaProblems } from './schema-check.ts';

/** Fields that BSON holds as a type of its own, and how that is called; whichever bson of the process has made the value. */
const TYPES: Readonly<Record<string, 'ObjectId' | 'Date' | 'Decimal128'>> = {
  _id: 'ObjectId',
  parent: 'ObjectId',
  ts: 'Date',
  'window.from': 'Date',
  'window.to': 'Date',
  amount: 'Decimal128',
  'price.list': 'Decimal128',
};

/** What keeps a stored document from being a billing event, each with its place; empty for a good one. Never throws. */
export function documentProblems(document: Readonly<Record<string, unknown>>): string[] {
  const wrong: string[] = [];
  for (const [path, type] of Object.entries(TYPES)) {
    const value = path
      .split('.')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
    if (value !== undefined && typeName(value) !== type) wrong.push(`${path} must be of the type ${type}`);
  }
  const inTheWrong = new Set(wrong.map((problem) => problem.split(' ', 1)[0]));
  const others = schemaProblems(toPlainJson(document)).filter((problem) => !inTheWrong.has(problem.split(' ', 1)[0]));
  return [...wrong, ...others];
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
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toPlainJson(member)]));
}

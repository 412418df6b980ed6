/** JavaScript for plain data: single quotes, keys bare where they can be. */
export function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return objectLiteral(Object.entries(value).map(([key, item]) => [key, literal(item)]));
  }
  return typeof value === 'string' ? quoted(value) : JSON.stringify(value);
}

/** An object of expressions. */
export function objectLiteral(entries: readonly (readonly [string, string])[]): string {
  return `{ ${entries.map(([key, expression]) => `${propertyKey(key)}: ${expression}`).join(', ')} }`;
}

const isIdentifier = (name: string): boolean => /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);

const propertyKey = (key: string): string => (isIdentifier(key) ? key : quoted(key));

function quoted(text: string): string {
  const json = JSON.stringify(text).slice(1, -1);
  return `'${json.replaceAll('\\"', '"').replaceAll("'", "\\'").replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}

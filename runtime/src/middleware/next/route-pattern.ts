/** What Next gives a handler as `params`, once they are awaited. */
export type RouteParams = Readonly<Record<string, string | readonly string[] | undefined>>;

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};

/**
 * The pattern of a route, of which Next tells a handler only the values: in the path, each is replaced by its name, the first
 * one from the left. A value that is also a fixed part further left is mistaken for that.
 */
export function routePattern(pathname: string, params: RouteParams): string {
  const segments = pathname.split('/').filter((segment) => segment !== '');
  const values = segments.map(decoded);
  let from = 0;
  for (const [name, value] of Object.entries(params)) {
    const wanted = [value ?? []].flat().map(decoded);
    const at = wanted.length === 0 ? -1 : indexOf(values, wanted, from);
    if (at < 0) continue;
    const pattern = typeof value === 'string' ? `[${name}]` : `[...${name}]`;
    segments.splice(at, wanted.length, pattern);
    values.splice(at, wanted.length, pattern);
    from = at + 1;
  }
  return `/${segments.join('/')}`;
}

function indexOf(values: readonly string[], wanted: readonly string[], from: number): number {
  for (let at = from; at + wanted.length <= values.length; at++) {
    if (wanted.every((value, offset) => values[at + offset] === value)) return at;
  }
  return -1;
}

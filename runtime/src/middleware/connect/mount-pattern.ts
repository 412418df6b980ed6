/**
 * The pattern behind the part of a path that has led into a router: what matched a parameter is given its name again, so that
 * `/tenants/42` becomes `/tenants/:id`. A part that a parameter matched by chance, too, is taken for the parameter: the
 * patterns stay few either way.
 */
export function mountPattern(path: string, params: Readonly<Record<string, unknown>>): string {
  const segments = path.split('/');
  for (const [name, value] of Object.entries(params)) {
    for (const part of (Array.isArray(value) ? value : [value]).map(String)) {
      if (part === '') continue;
      // the last one: what is written in a pattern mostly comes before its parameter
      const whole = segments.findLastIndex((segment) => decoded(segment) === part);
      const at = whole < 0 ? segments.findLastIndex((segment) => decoded(segment).includes(part)) : whole;
      if (at >= 0) segments[at] = decoded(segments[at] ?? '').replace(part, () => `:${name}`);
    }
  }
  return segments.join('/');
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

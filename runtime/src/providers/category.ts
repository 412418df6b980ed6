import { PROVIDERS } from './data.ts';
import { suggest } from './distance.ts';

/** Category of a provider nobody has named before. */
export const USER_DEFINED = 'USER_DEFINED';

/** Those of the table. */
export const CATEGORIES: readonly string[] = [
  ...new Set<string>(PROVIDERS.map(({ category }) => category)),
  USER_DEFINED,
];

/** A known category in its own spelling; any other word is one of the user's own, unless it is a near miss. */
export function resolveCategory(
  name: string,
  known: readonly string[] = CATEGORIES,
): { readonly name: string } | { readonly suggestion: string } {
  const exact = known.find((one) => one.toLowerCase() === name.toLowerCase());
  if (exact !== undefined) return { name: exact };
  const meant = suggest(name, known);
  return meant === undefined ? { name } : { suggestion: meant };
}

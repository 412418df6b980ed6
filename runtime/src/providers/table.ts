import { PROVIDERS } from './data.ts';
import { suggest } from './distance.ts';

export interface ResolvedProvider {
  /** The name events carry. */
  readonly name: string;
  readonly category: string;
}

/** Category of a provider nobody has named before. */
export const USER_DEFINED = 'USER_DEFINED';

/** Looks names up in the table of the runtime and in `own` (name → category), which wins. */
export interface ProviderTable {
  /** A known name or alias, compared without case, spaces and hyphens; a new name is `USER_DEFINED`; a near miss gives the name that was meant. */
  resolve(name: string): ResolvedProvider | { readonly suggestion: string };
  readonly categories: readonly string[];
}

export function providerTable(own: Readonly<Record<string, string>>): ProviderTable {
  const known = new Map<string, ResolvedProvider>();
  for (const { name, category, aliases } of PROVIDERS) {
    for (const spelling of [name, ...aliases]) known.set(folded(spelling), { name, category });
  }
  for (const [name, category] of Object.entries(own)) known.set(folded(name), { name, category });
  const categories = [...new Set([...known.values()].map(({ category }) => category)), USER_DEFINED];
  return {
    categories,
    resolve(name) {
      const exact = known.get(folded(name));
      if (exact !== undefined) return exact;
      const meant = suggest(folded(name), known.keys());
      const provider = meant === undefined ? undefined : known.get(meant);
      return provider === undefined ? { name, category: USER_DEFINED } : { suggestion: provider.name };
    },
  };
}

const folded = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]+/g, '');

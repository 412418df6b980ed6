import { CATEGORIES, USER_DEFINED } from './category.ts';
import { PROVIDERS, type Provider } from './data.ts';
import { suggest } from './distance.ts';
import { folded } from './folded.ts';
import { type OwnProviders, ownProvider } from './own.ts';

export interface ResolvedProvider {
  /** The name events carry. */
  readonly name: string;
  readonly category: string;
}

/** Looks names up in the table of the runtime and in `own`, which wins. */
export interface ProviderTable {
  /** A known name or alias, compared without case, spaces and hyphens; a new name is `USER_DEFINED`; a near miss gives the name that was meant. */
  resolve(name: string): ResolvedProvider | { readonly suggestion: string };
  /** Whether it is a known name or alias, and no new one. */
  knows(name: string): boolean;
  readonly categories: readonly string[];
}

export function providerTable(own: OwnProviders): ProviderTable {
  const known = new Map<string, ResolvedProvider>();
  const add = ({ name, category, aliases }: Provider<string>): void => {
    for (const spelling of [name, ...aliases]) known.set(folded(spelling), { name, category });
  };
  for (const provider of PROVIDERS) add(provider);
  for (const [name, facts] of Object.entries(own)) {
    const provider = ownProvider(name, facts);
    // one of the table that is given anew keeps its other spellings
    const before = PROVIDERS.find((one) => folded(one.name) === folded(name));
    add({ ...provider, aliases: [...(before?.aliases ?? []), ...provider.aliases] });
  }
  const categories = [...new Set([...CATEGORIES, ...[...known.values()].map(({ category }) => category)])];
  return {
    categories,
    knows: (name) => known.has(folded(name)),
    resolve(name) {
      const exact = known.get(folded(name));
      if (exact !== undefined) return exact;
      const meant = suggest(folded(name), known.keys());
      const provider = meant === undefined ? undefined : known.get(meant);
      return provider === undefined ? { name, category: USER_DEFINED } : { suggestion: provider.name };
    },
  };
}

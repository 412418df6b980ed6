import { PanopticError, type Problem } from '../config/error.ts';
import { runtimeState } from '../instrument/state.ts';
import type { OwnProviders } from './own.ts';
import { type ProviderTable, providerTable, type ResolvedProvider } from './table.ts';

/** The table of this process, with what `createPanoptic({ providers })` added to it. Shared by all copies of the runtime. */
export function providersInUse(): ProviderTable {
  const { extensions } = runtimeState();
  return (extensions.providers ??= providerTable({})) as ProviderTable;
}

/** From now on these are known, too, and no others of anybody's own. */
export function useProviders(own: OwnProviders): void {
  runtimeState().extensions.providers = providerTable(own);
}

/**
 * The provider somebody means.
 * @param path where the name stands, for the message, such as `wrap options.provider`
 * @param table where it is looked up. Default: that of this process
 * @throws PanopticError PAN4110 when it is missing, PAN4111 when it is a near miss of a known name
 */
export function resolveProvider(
  name: unknown,
  path: string,
  table: ProviderTable = providersInUse(),
): ResolvedProvider {
  const found = lookUpProvider(name, path, table);
  if ('code' in found) throw new PanopticError([found]);
  return found;
}

/** What a provider has become since: who names one while modules load may do so before `createPanoptic` has added providers. */
export function asOfNow(provider: ResolvedProvider): ResolvedProvider {
  const found = providersInUse().resolve(provider.name);
  return 'suggestion' in found ? provider : found;
}

/** As `resolveProvider`, for who lists more problems than this one. */
export function lookUpProvider(
  name: unknown,
  path: string,
  table: ProviderTable = providersInUse(),
): ResolvedProvider | Problem {
  if (typeof name !== 'string' || name.trim() === '') {
    const message = `${path} must be the name of a provider, such as 'OpenAI' or one of your own.`;
    return { code: 'PAN4110', name: path, message };
  }
  const found = table.resolve(name.trim());
  if (!('suggestion' in found)) return found;
  const message =
    `${path} is '${name}', which no provider is called. Did you mean '${found.suggestion}'? ` +
    `If not, add '${name}' with createPanoptic({ providers }).`;
  return { code: 'PAN4111', name: path, message };
}

import { USER_DEFINED } from '../providers/category.ts';
import { providersInUse } from '../providers/in-use.ts';
import type { ResolvedProvider } from '../providers/table.ts';

/** The provider a line names, in any spelling. A near miss is taken for a name of its own: a line is no place for an error. */
export function lineProvider(name: string): ResolvedProvider {
  const found = providersInUse().resolve(name);
  return 'suggestion' in found ? { name, category: USER_DEFINED } : found;
}

import type { CallValues } from './site.types.ts';

/** Values read at two moments of one call: the later one wins where it knows something. */
export function merge(earlier: CallValues | undefined, later: CallValues | undefined): CallValues | undefined {
  if (earlier === undefined || later === undefined) return earlier ?? later;
  const merged = known(earlier, later);
  if (earlier.attributes && later.attributes) merged.attributes = known(earlier.attributes, later.attributes);
  return merged;
}

function known<T extends object>(earlier: T, later: T): T {
  const found = Object.entries(later).filter(([, value]) => value !== undefined && value !== null);
  return { ...earlier, ...(Object.fromEntries(found) as T) };
}

import { RecordingSite } from '../instrument/site.ts';
import type { Call, Site } from '../instrument/site.types.ts';
import type { ContextSnapshot } from '../instrument/state.ts';
import type { Held } from './wishes.ts';

/** What records keep of a call; those of generators may be another copy's of the runtime. */
interface Kept {
  snapshot: ContextSnapshot | undefined;
  held: unknown;
}

/** Begins a call of a wrapped function whose options want something of it; nothing is asked where nothing is recorded. */
export function beginWith<Kind extends Call>(site: Site, start: (site: Site) => Kind, held: Held): Kind {
  if (!(site instanceof RecordingSite)) return start(site);
  // asked before the clock is read
  const { context } = held.wishes;
  const snapshot = context?.(held);
  const call = start(site);
  const kept = call as Kind & Kept;
  if (context !== undefined) kept.snapshot = snapshot;
  if (site.info.onResult !== undefined || site.info.onEnded !== undefined) kept.held = held;
  return call;
}

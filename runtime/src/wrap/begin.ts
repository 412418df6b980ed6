import { RunningCall } from '../instrument/call.ts';
import { RunningGenerator } from '../instrument/generator-call.ts';
import { RecordingSite } from '../instrument/site.ts';
import type { Call, Site } from '../instrument/site.types.ts';
import type { Held } from './finders.ts';
import type { OwnContext } from './own-context.ts';

/** Begins a call of a wrapped function whose options want something of it; nothing is asked where nothing is recorded. */
export function beginWith<Kind extends Call>(
  site: Site,
  start: (site: Site) => Kind,
  held: Held,
  context: OwnContext | undefined,
): Kind {
  if (!(site instanceof RecordingSite)) return start(site);
  // asked before the clock is read
  const snapshot = context?.(held);
  const call = start(site);
  if (call instanceof RunningCall || call instanceof RunningGenerator) {
    if (context !== undefined) call.snapshot = snapshot;
    if (site.info.onResult !== undefined) call.held = held;
  }
  return call;
}

import { runtimeState } from '../instrument/state.ts';

/** Calls that got no event of their own because options or annotations say so. */
export interface VolumeStats {
  /** Left out by sampling; those recorded stand for them (`sample_rate`). */
  sampledOut: number;
  /** Left out by `rateLimit`, each minute with a line on stderr. */
  rateLimited: number;
  /** Left out by `dedupe`. */
  deduplicated: number;
  /** Folded into the event of another call by `aggregate`. */
  aggregated: number;
  /** Windows of calls that are open now; each will be an event. */
  openWindows: number;
  /** Windows that were closed before their time, because too many were open. */
  windowsClosedEarly: number;
}

/** Counters alone. Shared by all copies of the runtime. */
export function volumeCounts(): Omit<VolumeStats, 'openWindows'> {
  const { extensions } = runtimeState();
  return (extensions.volume ??= {
    sampledOut: 0,
    rateLimited: 0,
    deduplicated: 0,
    aggregated: 0,
    windowsClosedEarly: 0,
  }) as VolumeStats;
}

export const volumeStats = (): VolumeStats => ({ ...volumeCounts(), openWindows: runtimeState().stages?.waiting ?? 0 });

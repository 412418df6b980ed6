import { runtimeState } from '../instrument/state.ts';

/** Calls that got no event of their own because options or annotations say so. */
export interface VolumeStats {
  /** Left out by sampling; those recorded stand for them (`sample_rate`). */
  sampledOut: number;
  /** Left out by `rateLimit`, each minute with a line on stderr. */
  rateLimited: number;
  /** Left out by `dedupe`. */
  deduplicated: number;
}

/** Shared by all copies of the runtime. */
export function volumeCounts(): VolumeStats {
  const { extensions } = runtimeState();
  return (extensions.volume ??= { sampledOut: 0, rateLimited: 0, deduplicated: 0 }) as VolumeStats;
}

import { isDeepStrictEqual } from 'node:util';
import type { Timing } from '../config/options.ts';
import { began } from '../instrument/own-time.ts';
import { runtimeState } from '../instrument/state.ts';
import { type VolumeConfig, VolumeStages } from './stages.ts';

/** From now on calls pass the stages of this configuration. The same one again changes nothing of what they remember. */
export function useStages({
  timing,
  dedupe,
  aggregate,
  sampling,
  rateLimit,
}: VolumeConfig & { readonly timing: Timing }): void {
  const state = runtimeState();
  const isDetailed = timing === 'detailed';
  state.began = isDetailed ? began : undefined;
  const config: VolumeConfig = { dedupe, aggregate, sampling, rateLimit };
  const wanted = { isDetailed, ...config };
  if (isDeepStrictEqual(state.extensions.volumeConfig, wanted)) return;
  state.extensions.volumeConfig = wanted;
  state.stages?.flush();
  const isOff = Object.values(config).every((part) => part === undefined);
  // a call that tells more than its duration is no plain row
  state.stages = isOff && !isDetailed ? undefined : new VolumeStages(config);
}

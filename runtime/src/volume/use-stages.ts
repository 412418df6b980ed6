import { isDeepStrictEqual } from 'node:util';
import { runtimeState } from '../instrument/state.ts';
import { type VolumeConfig, VolumeStages } from './stages.ts';

/** From now on calls pass the stages of this configuration. The same one again changes nothing of what they remember. */
export function useStages({ dedupe, aggregate, sampling, rateLimit }: VolumeConfig): void {
  const state = runtimeState();
  const config: VolumeConfig = { dedupe, aggregate, sampling, rateLimit };
  if (isDeepStrictEqual(state.extensions.volumeConfig, config)) return;
  state.extensions.volumeConfig = config;
  state.stages?.flush();
  const isOff = Object.values(config).every((part) => part === undefined);
  state.stages = isOff ? undefined : new VolumeStages(config);
}

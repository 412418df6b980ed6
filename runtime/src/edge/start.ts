import { recorder } from '../instrument/recorder.ts';
import { runtimeState } from '../instrument/state.ts';
import { type EdgeDelivery, edgeDelivery } from './delivery.ts';

/** Lets calls be recorded; until an endpoint is known they wait in memory. Called again without effect. */
export function startEdge(): EdgeDelivery {
  const state = runtimeState();
  const delivery = edgeDelivery();
  state.recorder ??= recorder;
  state.opened ??= () => delivery.opened();
  return delivery;
}

import { deliverAtExit } from './deliver/exit.ts';
import { processDelivery } from './deliver/process-delivery.ts';
import { takePending } from './instrument/columns.ts';
import { runtimeState } from './instrument/state.ts';

/**
 * Starts delivery; called synchronously at the first event of the process, and again without effect.
 * The configuration is read only when the first events are delivered, so that a `createPanoptic` at boot is not too late.
 */
export function start(): void {
  const state = runtimeState();
  if (state.sink !== undefined) return;
  const delivery = processDelivery();
  state.sink = (batch) => delivery.accept(batch);
  state.congested = () => delivery.congested;
  for (const batch of takePending()) delivery.accept(batch);
  deliverAtExit(delivery);
}

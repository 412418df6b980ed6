import { runtimeState } from '../instrument/state.ts';
import { Delivery } from './delivery.ts';

/** The one delivery of this process, shared by all copies of the runtime; made on first use. */
export function processDelivery(): Delivery {
  const { extensions } = runtimeState();
  return (extensions.delivery ??= new Delivery()) as Delivery;
}

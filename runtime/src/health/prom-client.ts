import { PanopticError } from '../config/error.ts';
import { requirePeer } from '../config/require-peer.ts';

export type PromClient = typeof import('prom-client');

/**
 * The application's prom-client.
 * @throws PanopticError PAN6560 when it is not installed
 */
export function loadPromClient(): PromClient {
  const found = requirePeer('prom-client');
  if (found !== undefined) return found as PromClient;
  const message = 'The metrics of Panoptic need prom-client 15: npm install prom-client.';
  throw new PanopticError([{ code: 'PAN6560', name: 'prom-client', message }]);
}

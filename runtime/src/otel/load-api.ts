import { PanopticError } from '../config/error.ts';
import { requirePeer } from '../config/require-peer.ts';

export type OpenTelemetryApi = typeof import('@opentelemetry/api');

/**
 * The application's `@opentelemetry/api`; whatever copy it is, all of them share what SDKs register.
 * @throws PanopticError PAN4170 when it is not installed
 */
export function loadApi(): OpenTelemetryApi {
  const found = requirePeer('@opentelemetry/api');
  if (found !== undefined) return found as OpenTelemetryApi;
  const message = 'The exporter to OpenTelemetry needs its API: npm install @opentelemetry/api.';
  throw new PanopticError([{ code: 'PAN4170', name: '@opentelemetry/api', message }]);
}

import type { CallValues } from '../../instrument/site.types.ts';
import type { RequestEnd } from './request-scope.ts';
import type { RequestSite } from './request-sites.ts';

/** The request's own values; the names under `http` are those of OpenTelemetry's semantic conventions. */
export function requestValues(
  { method, route }: RequestSite,
  { status, requestBytes, responseBytes }: RequestEnd,
  mapped: CallValues | undefined,
): CallValues {
  const http: Record<string, unknown> = {
    request: requestBytes === undefined ? { method } : { method, body: { size: requestBytes } },
  };
  if (status !== undefined) {
    http.response =
      responseBytes === undefined ? { status_code: status } : { status_code: status, body: { size: responseBytes } };
  }
  if (route !== undefined) http.route = route;
  return mapped === undefined ? { attributes: { http } } : { ...mapped, attributes: { ...mapped.attributes, http } };
}

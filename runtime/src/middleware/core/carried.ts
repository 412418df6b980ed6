import { parseBaggage } from './baggage.ts';
import { requestIdOf } from './request-id.ts';
import type { ResolvedHttpOptions } from './resolve.ts';
import { parseTraceparent } from './traceparent.ts';

/** Reads a header by its name in lower case. */
export type ReadHeader<Request> = (request: Request, name: string) => string | undefined;

/** What the headers of a request say about it, as execution metadata. */
export function carriedBy<Request>(
  { requestIdHeader, traceparent, baggage }: ResolvedHttpOptions<Request>,
  request: Request,
  header: ReadHeader<Request>,
): Record<string, string> {
  const id = requestIdHeader === undefined ? undefined : header(request, requestIdHeader);
  const carried: Record<string, string> = { request_id: requestIdOf(id) };
  const trace = traceparent ? parseTraceparent(header(request, 'traceparent')) : undefined;
  if (trace !== undefined) {
    carried.trace_id = trace.trace_id;
    carried.span_id = trace.span_id;
  }
  const bag = baggage.length > 0 ? header(request, 'baggage') : undefined;
  return bag === undefined ? carried : Object.assign(carried, parseBaggage(bag, baggage));
}

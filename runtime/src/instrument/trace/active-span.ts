import type { RowExtras } from '../batch.ts';

/** What `@opentelemetry/api` 1.x registers on `globalThis`, as far as it is read here. */
interface OpenTelemetryApi {
  readonly context?: { active(): { getValue(key: symbol): unknown } };
}

interface SpanLike {
  spanContext(): { readonly traceId: string; readonly spanId: string };
}

// Both symbols are registered under names that every copy of the API shares, so that nothing has to be imported.
const API = Symbol.for('opentelemetry.js.api.1');
const ACTIVE = Symbol.for('OpenTelemetry Context Key SPAN');

const NO_TRACE = '00000000000000000000000000000000';

/** The ids of OpenTelemetry's active span; undefined without one, or where no SDK is registered. Never throws. */
export function activeSpan(): RowExtras['trace'] {
  const { context } = (globalThis as { [API]?: OpenTelemetryApi })[API] ?? {};
  if (context === undefined) return undefined;
  try {
    const span = context.active().getValue(ACTIVE) as SpanLike | undefined;
    if (span === undefined) return undefined;
    const { traceId, spanId } = span.spanContext();
    return traceId === NO_TRACE ? undefined : { trace_id: traceId, span_id: spanId };
  } catch {
    return undefined;
  }
}

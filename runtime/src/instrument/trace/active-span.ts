import type { RowExtras } from '../batch.ts';

/** What a call keeps of it. */
export type ActiveSpan = Pick<RowExtras, 'trace' | 'unsampled'>;

/** What `@opentelemetry/api` 1.x registers on `globalThis`, as far as it is read here. */
interface OpenTelemetryApi {
  readonly context?: { active(): { getValue(key: symbol): unknown } };
}

interface SpanLike {
  spanContext(): { readonly traceId: string; readonly spanId: string; readonly traceFlags: number };
}

// Both symbols are registered under names that every copy of the API shares, so that nothing has to be imported.
const API = Symbol.for('opentelemetry.js.api.1');
const ACTIVE = Symbol.for('OpenTelemetry Context Key SPAN');

const NO_TRACE = '00000000000000000000000000000000';
const SAMPLED = 1;

/** OpenTelemetry's active span; undefined without one, or where no SDK is registered. Never throws. */
export function activeSpan(): ActiveSpan | undefined {
  const { context } = (globalThis as { [API]?: OpenTelemetryApi })[API] ?? {};
  if (context === undefined) return undefined;
  try {
    const span = context.active().getValue(ACTIVE) as SpanLike | undefined;
    if (span === undefined) return undefined;
    const { traceId, spanId, traceFlags } = span.spanContext();
    if (traceId === NO_TRACE) return undefined;
    const trace = { trace_id: traceId, span_id: spanId };
    return traceFlags & SAMPLED ? { trace } : { trace, unsampled: true };
  } catch {
    return undefined;
  }
}

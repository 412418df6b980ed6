/** What `traceparent` says: the caller's trace, and the span in it that this request belongs to. */
export interface TraceParent {
  readonly trace_id: string;
  readonly span_id: string;
}

/** version, trace-id, parent-id, trace-flags; lower case only. A later version may add to them, behind another hyphen. */
const FORM = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-[\da-f]{2}(-.*)?$/;

/**
 * Reads the header as W3C Trace Context says: undefined where it is absent or anything about it is wrong, and then the
 * request belongs to no trace. White space around it is HTTP's and belongs to no value.
 */
export function parseTraceparent(header: string | undefined): TraceParent | undefined {
  if (header === undefined) return undefined;
  const [, version, trace_id, span_id, more] = FORM.exec(header.trim()) ?? [];
  if (trace_id === undefined || span_id === undefined) return undefined;
  return version === '00' && more !== undefined ? undefined : { trace_id, span_id };
}

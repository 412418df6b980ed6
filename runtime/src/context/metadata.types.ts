/**
 * What is known of the work under way: who it is for and which request it belongs to. Every field is optional, and any
 * other plain data may stand beside the standard names; what is undefined is as if it were not there. It lands in the event's `metadata`.
 */
export interface ExecutionMetadata {
  /** The customer whose work this is. */
  tenant_id?: string | undefined;
  /** The end user; also the event's `user` unless the annotation names one. */
  user_id?: string | undefined;
  /** The customer's price plan. */
  plan?: string | undefined;
  request_id?: string | undefined;
  session_id?: string | undefined;
  /** Route or operation, e.g. `POST /summaries`. */
  route?: string | undefined;
  /** W3C trace context; 32 hex digits. */
  trace_id?: string | undefined;
  /** 16 hex digits. */
  span_id?: string | undefined;
  [field: string]: unknown;
}

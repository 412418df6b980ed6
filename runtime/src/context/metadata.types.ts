/**
 * What is known of the work under way: who it is for and which request it belongs to. Every field is optional, and any
 * other plain data may stand beside the standard names. It lands in the event's `metadata`.
 */
export interface ExecutionMetadata {
  /** The customer whose work this is. */
  tenant_id?: string;
  /** The end user; also the event's `user` unless the annotation names one. */
  user_id?: string;
  /** The customer's price plan. */
  plan?: string;
  request_id?: string;
  session_id?: string;
  /** Route or operation, e.g. `POST /summaries`. */
  route?: string;
  /** W3C trace context; 32 hex digits. */
  trace_id?: string;
  /** 16 hex digits. */
  span_id?: string;
  [field: string]: unknown;
}

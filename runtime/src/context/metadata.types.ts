declare const brand: unique symbol;

/**
 * A text that not every text is, so that no id is taken for another: `Brand<'OrderId'>`. Only the compiler knows of it; where
 * an id comes in it is named once, `raw as OrderId`.
 */
export type Brand<Name extends string, Base = string> = Base & { readonly [brand]: Name };

export type TenantId = Brand<'TenantId'>;
export type UserId = Brand<'UserId'>;
export type RequestId = Brand<'RequestId'>;
export type SessionId = Brand<'SessionId'>;

/** The names that reports, indexes and fields of events know. Every one is optional. */
export interface StandardExecutionMetadata {
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
}

/**
 * Empty, for an application to say what its own metadata are, and which of the standard ones are branded:
 * `declare module '@panoptic/runtime' { interface OwnExecutionMetadata { tenant_id: TenantId } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be merged with
export interface OwnExecutionMetadata {}

/**
 * What is known of the work under way: who it is for and which request it belongs to. Every field is optional, and any
 * other plain data may stand beside the known names; what is undefined is as if it were not there. It lands in the event's `metadata`.
 */
export type ExecutionMetadata = Omit<StandardExecutionMetadata, keyof OwnExecutionMetadata> & {
  [Field in keyof OwnExecutionMetadata]?: OwnExecutionMetadata[Field] | undefined;
} & { [field: string]: unknown };

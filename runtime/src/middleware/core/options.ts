import type { ExecutionMetadata } from '../../context/metadata.types.ts';

/** What the middleware of every framework takes. `Request` is the framework's own. */
export interface HttpMiddlewareOptions<Request> {
  /**
   * Who the request is for; becomes the execution metadata of everything that runs in it. May be asynchronous: the handler
   * starts when it has answered, or when `extractionTimeoutMs` have passed.
   */
  extractMetadata?: (request: Request) => Awaitable<ExecutionMetadata | undefined>;
  /** What the request's own event takes from it. May be asynchronous, as above; both are called at the same time. */
  mapRequest?: (request: Request) => Awaitable<MappedRequest | undefined>;
  /**
   * What happens when one of these throws, rejects or takes too long; the request goes on without it in any case. `report`
   * says so on stderr, once a minute, and to `onDiagnostic`; `ignore` only counts it. A function is told in place of that; what it
   * throws is kept away from the request, too.
   * @default 'report'
   */
  onMetadataExtractionError?: 'report' | 'ignore' | ((error: unknown, request: Request) => void);
  /** How long the handler waits for both of them, 1 to 60000 ms. @default 1000 */
  extractionTimeoutMs?: number;
  /** Record the request itself as an event; false: open the scope only. @default true */
  record?: boolean;
  /** Provider of the request's event: a known name, or one of your own. @default 'System' */
  provider?: string;
  /** Service of the request's event. @default 'http' */
  service?: string;
  /**
   * Requests that are left alone, such as health checks: they get neither a scope nor an event. Paths are compared without the
   * query string: a text as a whole, a pattern anywhere. @default none
   */
  ignore?: readonly (string | RegExp)[] | ((request: Request) => boolean);
  /**
   * Header with the id of the request, which becomes `request_id`; a new id is made where it is absent or no printable text of
   * at most 128 characters. False: always a new one. @default 'x-request-id'
   */
  requestIdHeader?: string | false;
  /**
   * Take `trace_id` and `span_id` from the W3C header `traceparent`. False where callers are not to be trusted with it.
   * @default true
   */
  traceparent?: boolean;
  /** Keys of the W3C header `baggage` that become execution metadata; every other key is left alone. @default none */
  baggage?: readonly string[];
}

/** What of a request goes into its event. All of it is optional. */
export interface MappedRequest {
  /** The end user; also `user_id` of the execution metadata, so that every event of the request has it. */
  user?: string | number;
  /** In place of the header's or a new one. */
  requestId?: string;
  /** In place of `GET /users/:id`. Few different ones, never a raw path: reports group by it. */
  resource?: string;
  /** In place of the option `service`. */
  service?: string;
  tags?: readonly string[];
  /** Plain data for the `metadata` of the request's event. */
  attributes?: Readonly<Record<string, unknown>>;
  /** True: no event for this request. Its scope stays. */
  skip?: boolean;
}

export type Awaitable<T> = T | Promise<T>;

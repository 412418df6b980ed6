import { contextStorage } from '../../context/context-storage.ts';
import { runInScope } from '../../context/index.ts';
import { now } from '../../instrument/clock.ts';
import type { CallValues } from '../../instrument/site.types.ts';
import {
  type ContextHolder,
  type ContextSnapshot,
  type EnterableStorage,
  runtimeState,
} from '../../instrument/state.ts';
import { Span } from '../../instrument/trace/span.ts';
import type { RequestSites } from './request-sites.ts';

/** Until the scope is filled. */
const NO_SNAPSHOT: ContextSnapshot = { data: {}, serial: 0, index: 0 };

/** How a request ended. */
export interface RequestEnd {
  /** The route's pattern, such as `/users/:id`, never the path; undefined where none has matched. */
  readonly route: string | undefined;
  /** Undefined where no response was begun. */
  readonly status: number | undefined;
  /** Bytes of the bodies, as they went over the connection; undefined where there was none, or it is not known. */
  readonly requestBytes: number | undefined;
  readonly responseBytes: number | undefined;
  /** The response was not completed: the client went away, or the application broke it off with an error. */
  readonly incomplete?: 'aborted' | 'failed' | undefined;
  /** What the handler threw. It counts only where the request has failed: a status from 500 on, or `failed`. */
  readonly error?: unknown;
}

/** One request from its beginning to its end: the scope of its execution metadata, and its event. */
export class RequestScope {
  readonly method: string;
  /** Also where `setExecutionMetadata` writes: the request's own event carries what is there at its end. */
  readonly holder: ContextHolder;
  readonly start: number = now();
  /** Undefined where the request gets no event, or has had it. */
  sites: RequestSites | undefined;
  /** What `mapRequest` gave for the event. */
  mapped: CallValues | undefined = undefined;
  /** The handler must wait for it: something asynchronous was asked for. Never rejects. */
  ready: Promise<void> | undefined = undefined;

  readonly #span: Span | undefined;

  constructor(method: string, sites: RequestSites | undefined) {
    this.method = method;
    this.sites = sites;
    this.#span = sites?.traced ? new Span(contextStorage() as EnterableStorage) : undefined;
    this.holder = { snapshot: NO_SNAPSHOT, span: this.#span };
  }

  /** Runs `work` in the scope. Throws only what `work` throws. */
  run<Args extends unknown[], Result>(work: (...args: Args) => Result, ...args: Args): Result {
    return runInScope(this.holder, work, ...args);
  }

  /** Writes the event; only the first call counts. Never throws. */
  end(end: RequestEnd): void {
    const { sites } = this;
    if (sites === undefined) return;
    this.sites = undefined;
    const state = runtimeState();
    try {
      const { site, method, route } = sites.find(this.method, end.route);
      if (site === undefined) return;
      const failed = isFailure(end);
      const call = {
        site,
        snapshot: this.holder.snapshot,
        start: this.start,
        started: valuesOf(method, route, end, this.mapped),
        failed,
        value: failed ? (end.error ?? statusError(end.status)) : undefined,
        span: this.#span,
      };
      state.recorder?.record(call, now(), end.incomplete === 'aborted' ? ABORTED : undefined);
    } catch {
      state.counters.internalErrors++;
    }
  }
}

const ABORTED = { aborted: true } as const;

const isFailure = ({ status, incomplete }: RequestEnd): boolean =>
  incomplete === undefined ? status !== undefined && status >= 500 : incomplete === 'failed';

/** As OpenTelemetry's `error.type` where nothing was thrown: the status. */
const statusError = (status: number | undefined): unknown => ({
  name: String(status),
  message: `HTTP status ${status}`,
});

/** The request's own values; the names under `http` are those of OpenTelemetry's semantic conventions. */
function valuesOf(
  method: string,
  route: string | undefined,
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

import { contextStorage } from '../../context/context-storage.ts';
import { now } from '../../instrument/clock.ts';
import type { EndedCall } from '../../instrument/recorder.types.ts';
import type { RecordingSite } from '../../instrument/site.ts';
import type { CallValues } from '../../instrument/site.types.ts';
import type { ContextHolder, ContextSnapshot } from '../../instrument/state.ts';
import { Span } from '../../instrument/trace/span.ts';
import { goesOnWithout } from './goes-on-without.ts';
import type { RequestSites } from './request-sites.ts';
import { requestValues } from './request-values.ts';

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

/**
 * One request from its beginning to its end: the scope of its execution metadata, and its event. One object for both, since
 * every request pays for what it is made of.
 */
export class RequestScope implements ContextHolder {
  readonly method: string;
  readonly start: number = now();
  /** Where `setExecutionMetadata` writes; the request's own event carries what is there at its end. */
  snapshot: ContextSnapshot = NO_SNAPSHOT;
  /** Where calls are traced: those in the request name it as their parent. */
  readonly span: Span | undefined;
  /** Undefined where the request gets no event. */
  sites: RequestSites | undefined;
  /** What `mapRequest` gave for the event. */
  mapped: CallValues | undefined = undefined;
  /** While something asynchronous that was asked for is not there: the handler must wait for it. Never rejects. */
  ready: Promise<void> | undefined = undefined;
  /** Of the event. */
  site: RecordingSite | undefined = undefined;
  started: CallValues | undefined = undefined;
  failed: boolean = false;
  value: unknown = undefined;
  #hasEnded = false;

  constructor(method: string, sites: RequestSites | undefined) {
    this.method = method;
    this.sites = sites;
    this.span = sites?.traced ? new Span(contextStorage().getStore()) : undefined;
  }

  /** Runs `work` in the scope. Throws only what `work` throws. */
  run<Args extends unknown[], Result>(work: (...args: Args) => Result, ...args: Args): Result {
    return contextStorage().run(this, work, ...args);
  }

  /**
   * Writes the event; only the first call counts. A client may have gone away before its metadata was there: the event waits
   * for that, too. Never throws.
   */
  end(end: RequestEnd): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const at = now();
    if (this.ready === undefined) this.#write(end, at);
    else void this.ready.then(() => this.#write(end, at));
  }

  #write(end: RequestEnd, at: number): void {
    const { sites } = this;
    if (sites === undefined) return;
    try {
      const of = sites.find(this.method, end.route);
      if (of.site === undefined) return;
      this.site = of.site;
      this.started = requestValues(of, end, this.mapped);
      if (isFailure(end)) {
        this.failed = true;
        this.value = end.error ?? statusError(end.status);
      }
      of.site.state.recorder?.record(this as EndedCall, at, end.incomplete === 'aborted' ? ABORTED : undefined);
    } catch (error) {
      goesOnWithout(error);
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

import { contextStorage } from '../../context/context-storage.ts';
import { OUTCOME } from '../../instrument/batch.ts';
import { now } from '../../instrument/clock.ts';
import { writeRow } from '../../instrument/row.ts';
import type { CallValues } from '../../instrument/site.types.ts';
import type { ContextHolder, ContextSnapshot } from '../../instrument/state.ts';
import { Span } from '../../instrument/trace/span.ts';
import { goesOnWithout } from './goes-on-without.ts';
import type { RequestSites } from './request-sites.ts';
import { noteValues, requestValues } from './request-values.ts';

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
 * every request pays for what it is made of; its fields are set once, by the constructor, which is what `declare` is for.
 */
export class RequestScope implements ContextHolder {
  declare readonly method: string;
  declare readonly start: number;
  /** Where `setExecutionMetadata` writes; the request's own event carries what is there at its end. */
  declare snapshot: ContextSnapshot;
  /** The scope around it. */
  declare readonly outer: ContextHolder | undefined;
  /** Where calls are traced: those in the request name it as their parent. */
  declare readonly span: Span | undefined;
  /** Undefined where the request gets no event. */
  declare sites: RequestSites | undefined;
  /** What `mapRequest` gave for the event. */
  declare mapped: CallValues | undefined;
  /** While something asynchronous that was asked for is not there: the handler must wait for it. Never rejects. */
  declare ready: Promise<void> | undefined;
  declare private hasEnded: boolean;

  constructor(method: string, sites: RequestSites | undefined, outer: ContextHolder | undefined) {
    this.method = method;
    this.start = now();
    this.snapshot = NO_SNAPSHOT;
    this.outer = outer;
    this.span = sites?.traced ? new Span(contextStorage().getStore()) : undefined;
    this.sites = sites;
    this.mapped = undefined;
    this.ready = undefined;
    this.hasEnded = false;
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
    if (this.hasEnded) return;
    this.hasEnded = true;
    if (this.ready === undefined) write(this, end, now());
    else writeLater(this, this.ready, end, now());
  }
}

function writeLater(scope: RequestScope, ready: Promise<void>, end: RequestEnd, at: number): void {
  void ready.then(() => write(scope, end, at));
}

/** Never throws. */
function write(scope: RequestScope, end: RequestEnd, at: number): void {
  const { sites, snapshot, start, mapped, span } = scope;
  if (sites === undefined) return;
  try {
    const of = sites.find(scope.method, end.route);
    const { site } = of;
    if (site === undefined) return;
    const { state } = site;
    const failed = isFailure(end);
    const isMore = failed || end.incomplete !== undefined || mapped !== undefined || span !== undefined;
    if (!isMore && state.stages === undefined) {
      // most requests are one row, and what HTTP says of them
      noteValues(writeRow(state, site.index, snapshot, start, at, OUTCOME.ok), of, end);
      return;
    }
    const started = requestValues(of, end, mapped);
    const value = failed ? (end.error ?? statusError(end.status)) : undefined;
    const call = { site, snapshot, start, started, failed, value, span };
    state.recorder?.record(call, at, end.incomplete === 'aborted' ? ABORTED : undefined);
  } catch (error) {
    goesOnWithout(error);
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

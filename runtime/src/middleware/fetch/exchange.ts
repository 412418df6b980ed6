import { goesOnWithout } from '../core/goes-on-without.ts';
import type { RequestEnd, RequestScope } from '../core/request-scope.ts';
import { followBody } from './follow-body.ts';

/** By it a request knows its exchange; the same for all copies of the runtime. */
const EXCHANGE: unique symbol = Symbol.for('panoptic.exchange') as never;

/** The exchange of a request that a middleware has already seen. */
export const fetchExchangeOf = (request: Request): FetchExchange | undefined =>
  (request as { [EXCHANGE]?: FetchExchange })[EXCHANGE];

/** How a request ended, but for what its exchange knows itself. */
type FetchEnd = Pick<Partial<RequestEnd>, 'status' | 'incomplete' | 'error'>;

/** A request that is answered with a `Response`, until all of that has been read or its client has gone. Nothing here throws. */
export class FetchExchange {
  readonly scope: RequestScope;
  /** Resolves when the request is over. */
  readonly over: Promise<void>;
  readonly #request: Request;
  readonly #routeOf: () => string | undefined;
  /** Of the response, once there is one; the bytes are undefined where nobody counts them. */
  #status: number | undefined;
  #sent: number | undefined;
  #isOver: () => void = () => {};
  /** The handler of a client that has gone still works: its calls belong to the request. */
  readonly #leaves = (): void => {
    this.#record({ incomplete: 'aborted' });
    if (this.#status !== undefined) this.#isOver();
  };

  /** @param routeOf asked when the request is over */
  constructor(scope: RequestScope, request: Request, routeOf: () => string | undefined) {
    this.scope = scope;
    this.#request = request;
    this.#routeOf = routeOf;
    (request as { [EXCHANGE]?: FetchExchange })[EXCHANGE] = this;
    this.over = new Promise((resolve) => {
      this.#isOver = resolve;
    });
    this.#attend('addEventListener');
    // gone before anybody could listen, and its handler may wait for the rest of its body for ever
    if (this.#hasGone()) queueMicrotask(this.#leaves);
  }

  /**
   * The response to give in place of `response`: its body is followed to the end, and is made in the scope, however late.
   * @param error what the handler threw, where its framework has made a response of that
   */
  answer(response: Response, error?: unknown): Response {
    try {
      // nobody reads what is answered to a client that has gone, and servers need not say so
      if (this.#hasGone()) this.end({ incomplete: 'aborted' });
      this.#status = response.status;
      // nobody reads the body of an answer to HEAD
      const body = this.#request.method === 'HEAD' ? null : response.body;
      this.#sent = body?.locked ? undefined : 0;
      if (body === null || body.locked) {
        this.end({ error });
        return response;
      }
      const followed = followBody(this.scope, body, {
        read: (bytes) => {
          this.#sent = (this.#sent ?? 0) + bytes;
        },
        ended: (incomplete, cause) => this.end({ incomplete, error: cause ?? error }),
      });
      return new Response(followed, response);
    } catch (cause) {
      goesOnWithout(cause);
      return response;
    }
  }

  /** Only the first call counts. */
  end(end: FetchEnd): void {
    this.#record(end);
    this.#isOver();
  }

  #record({ status = this.#status, incomplete, error }: FetchEnd): void {
    try {
      const length = this.#request.headers.get('content-length');
      this.scope.end({
        status,
        error,
        responseBytes: this.#sent,
        route: this.#routeOf(),
        requestBytes: length === null ? undefined : Number(length),
        incomplete: incomplete ?? (this.#hasGone() ? 'aborted' : undefined),
      });
    } catch (cause) {
      goesOnWithout(cause);
    }
    this.#attend('removeEventListener');
  }

  #hasGone(): boolean {
    try {
      return this.#request.signal?.aborted === true;
    } catch {
      return false;
    }
  }

  /** A client may go away while its handler still works, and then nothing reads or cancels the response. */
  #attend(change: 'addEventListener' | 'removeEventListener'): void {
    try {
      this.#request.signal?.[change]('abort', this.#leaves);
    } catch (error) {
      goesOnWithout(error);
    }
  }
}

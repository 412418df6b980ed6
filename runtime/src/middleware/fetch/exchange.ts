import { goesOnWithout } from '../core/goes-on-without.ts';
import type { RequestEnd, RequestScope } from '../core/request-scope.ts';
import { followBody } from './follow-body.ts';

/** By it a request knows its exchange; the same for all copies of the runtime. */
const EXCHANGE: unique symbol = Symbol.for('panoptic.exchange') as never;

/** The exchange of a request that a middleware has already seen. */
export const fetchExchangeOf = (request: Request): FetchExchange | undefined =>
  (request as { [EXCHANGE]?: FetchExchange })[EXCHANGE];

/** A request that is answered with a `Response`, until all of that has been read. Nothing here throws. */
export class FetchExchange {
  readonly scope: RequestScope;
  /** Resolves when the request is over. */
  readonly over: Promise<void>;
  readonly #request: Request;
  readonly #routeOf: () => string | undefined;
  #isOver: () => void = () => {};

  /** @param routeOf asked when the request is over */
  constructor(scope: RequestScope, request: Request, routeOf: () => string | undefined) {
    this.scope = scope;
    this.#request = request;
    this.#routeOf = routeOf;
    (request as { [EXCHANGE]?: FetchExchange })[EXCHANGE] = this;
    this.over = new Promise((resolve) => {
      this.#isOver = resolve;
    });
  }

  /**
   * The response to give in place of `response`: its body is followed to the end, and is made in the scope, however late.
   * @param error what the handler threw, where its framework has made a response of that
   */
  answer(response: Response, error?: unknown): Response {
    try {
      const { status } = response;
      // nobody reads the body of an answer to HEAD
      const body = this.#request.method === 'HEAD' ? null : response.body;
      if (body === null || body.locked) {
        this.end({ status, responseBytes: body === null ? 0 : undefined, error });
        return response;
      }
      const followed = followBody(this.scope, body, (responseBytes, incomplete, cause) =>
        this.end({ status, responseBytes, incomplete, error: cause ?? error }),
      );
      return new Response(followed, response);
    } catch (cause) {
      goesOnWithout(cause);
      return response;
    }
  }

  /** Only the first call counts. */
  end({ status, responseBytes, incomplete, error }: Partial<RequestEnd>): void {
    try {
      const { headers, signal } = this.#request;
      const length = headers.get('content-length');
      this.scope.end({
        status,
        responseBytes,
        error,
        route: this.#routeOf(),
        requestBytes: length === null ? undefined : Number(length),
        incomplete: incomplete ?? (signal?.aborted ? 'aborted' : undefined),
      });
    } catch (cause) {
      goesOnWithout(cause);
    }
    this.#isOver();
  }
}

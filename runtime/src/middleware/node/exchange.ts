import type { IncomingMessage, ServerResponse } from 'node:http';
import { currentHolder } from '../../context/index.ts';
import type { ContextHolder } from '../../instrument/state.ts';
import { goesOnWithout } from '../core/goes-on-without.ts';
import type { RequestScope } from '../core/request-scope.ts';
import { isComplete, receivedBytes, sentBytes } from './body-size.ts';

/** The pattern of the route that a request has taken, asked when the request has ended. */
export type RouteOf<Request> = (request: Request) => string | undefined;

/** What a request goes through in `node:http`, under whatever framework, until its response has ended. */
export class Exchange {
  readonly scope: RequestScope;
  /** The scope around that of the request. */
  readonly outer: ContextHolder | undefined = currentHolder();
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The methods as they were found, where they are watched: another middleware may have put its own there. */
  readonly write: ServerResponse['write'];
  readonly end: ServerResponse['end'];
  push: IncomingMessage['push'] | undefined = undefined;
  emitOfRequest: IncomingMessage['emit'] | undefined = undefined;
  emitOfResponse: ServerResponse['emit'] | undefined = undefined;
  /** Bytes of the bodies that have come, and that were handed to the connection. */
  received: number = 0;
  sent: number = 0;
  /** The response has been handed over whole, where that was heard of before it closed. */
  isFinished: boolean = false;
  /** What the handler threw, where its framework tells. */
  error: unknown = undefined;
  readonly #subject: unknown;
  readonly #routeOf: RouteOf<never>;

  /** @param subject what the framework calls its request, for `routeOf` */
  constructor(
    scope: RequestScope,
    request: IncomingMessage,
    response: ServerResponse,
    subject: unknown,
    routeOf: RouteOf<never>,
  ) {
    this.scope = scope;
    this.request = request;
    this.response = response;
    this.write = response.write;
    this.end = response.end;
    this.#subject = subject;
    this.#routeOf = routeOf;
  }

  /** The response has closed. Never throws. */
  close(): void {
    const { scope, request, response } = this;
    try {
      const { headersSent, errored } = response;
      scope.end({
        route: this.#routeOf(this.#subject as never),
        status: headersSent ? response.statusCode : undefined,
        requestBytes: receivedBytes(request, this.received),
        responseBytes: headersSent ? sentBytes(request, response, this.sent) : undefined,
        // nobody but the application gives its response an error; a client that goes away leaves none
        incomplete: this.isFinished || isComplete(response) ? undefined : errored ? 'failed' : 'aborted',
        error: this.error ?? errored ?? undefined,
      });
    } catch (error) {
      goesOnWithout(error);
    }
  }
}

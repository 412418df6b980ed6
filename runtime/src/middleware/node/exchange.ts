import type { IncomingMessage, ServerResponse } from 'node:http';
import { goesOnWithout } from '../core/goes-on-without.ts';
import type { RequestScope } from '../core/request-scope.ts';
import { receivedBytes, sentBytes } from './body-size.ts';
import { brokenOffWith, isComplete, isUpgraded } from './ending.ts';

/** The pattern of the route that a request has taken, asked when the request has ended. */
export type RouteOf<Request> = (request: Request) => string | undefined;

/** What few requests need. */
export interface Listened {
  readonly push: IncomingMessage['push'];
  readonly emitOfRequest: IncomingMessage['emit'];
  emitOfResponse: ServerResponse['emit'] | undefined;
  /** Bytes of the request's body that have come. */
  received: number;
}

/** What a request goes through in `node:http`, under whatever framework, until its response has ended. Its fields are set once, as those of its scope. */
export class Exchange {
  declare readonly scope: RequestScope;
  declare readonly request: IncomingMessage;
  declare readonly response: ServerResponse;
  /** The methods as they were found, where they are watched: another middleware may have put its own there. */
  declare readonly write: ServerResponse['write'];
  declare readonly end: ServerResponse['end'];
  /** Likewise, where a body is waited for, or a connection breaks. */
  declare listened: Listened | undefined;
  /** Bytes of the response's body that were handed to the connection. */
  declare sent: number;
  /** What the handler threw, where its framework tells. */
  declare error: unknown;
  declare private readonly subject: unknown;
  declare private readonly routeOf: RouteOf<never>;

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
    this.listened = undefined;
    this.sent = 0;
    this.error = undefined;
    this.subject = subject;
    this.routeOf = routeOf;
  }

  /** The response has closed. Never throws. */
  close(): void {
    const { scope, request, response, listened, sent } = this;
    try {
      const route = this.routeOf(this.subject as never);
      const requestBytes = listened === undefined ? undefined : receivedBytes(request, listened.received);
      if (isComplete(response, request)) {
        const responseBytes = sentBytes(request, response, sent);
        scope.end({
          route,
          status: response.statusCode,
          requestBytes,
          responseBytes,
          incomplete: undefined,
          error: this.error,
        });
        return;
      }
      const error = brokenOffWith(response);
      // a response that waited for its turn when the connection broke never had one
      const headersSent = response.headersSent && response.socket !== null;
      scope.end({
        route,
        status: headersSent ? response.statusCode : undefined,
        requestBytes,
        responseBytes: headersSent ? sentBytes(request, response, sent) : undefined,
        incomplete: isUpgraded(response, request) ? undefined : error ? 'failed' : 'aborted',
        error: this.error ?? error,
      });
    } catch (error) {
      goesOnWithout(error);
    }
  }
}

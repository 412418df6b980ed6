import type { IncomingMessage, ServerResponse } from 'node:http';
import { goesOnWithout } from '../core/goes-on-without.ts';
import type { HttpCore } from '../core/http-core.ts';
import type { RequestScope } from '../core/request-scope.ts';
import { Exchange, type RouteOf } from './exchange.ts';
import { exchangeOf, watch } from './watch.ts';

/**
 * Begins a request of `node:http` and calls `next` in its scope; at once, unless the application asked for something
 * asynchronous. The scope ends with the response.
 * @param subject what the framework calls its request
 * @returns what `next` returns. Throws only what `next` throws.
 */
export function enter<Request, Result>(
  core: HttpCore<Request>,
  subject: Request,
  request: IncomingMessage,
  response: ServerResponse,
  routeOf: RouteOf<Request>,
  next: () => Result,
): Result | Promise<Result> {
  const scope = begin(core, subject, request, response, routeOf);
  if (scope === undefined) return next();
  return scope.ready === undefined ? scope.run(next) : runLater(scope, scope.ready, next);
}

/** Apart from the others, most of which need no closure. */
const runLater = <Result>(scope: RequestScope, ready: Promise<void>, next: () => Result): Promise<Result> =>
  ready.then(() => scope.run(next));

function begin<Request>(
  core: HttpCore<Request>,
  subject: Request,
  request: IncomingMessage,
  response: ServerResponse,
  routeOf: RouteOf<Request>,
): RequestScope | undefined {
  try {
    const before = exchangeOf(request)?.scope;
    const scope = core.begin(subject, before);
    if (scope !== undefined && before === undefined) watch(new Exchange(scope, request, response, subject, routeOf));
    return scope;
  } catch (error) {
    goesOnWithout(error);
    return undefined;
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkFunction, checkObject, HttpCore, type HttpMiddlewareOptions } from '../core/index.ts';
import { enter, nodeReader, type RouteOf } from '../node/index.ts';
import { followRoutes, routeTaken } from './express-routes.ts';

/** Middleware as Connect had it first: for `node:http`, Connect, Express and Nest. */
export type HttpMiddleware<Request extends IncomingMessage = IncomingMessage> = (
  request: Request,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

export interface ConnectMiddlewareOptions<Request> extends HttpMiddlewareOptions<Request> {
  /**
   * The pattern of the route that a request has taken, such as `/users/:id`, for routers that Panoptic does not know. Asked when the
   * request has ended; undefined where none has matched. Never give a path: reports group by it. @default what the framework says
   */
  route?: (request: Request) => string | undefined;
}

/**
 * Opens a scope for every request that comes by, and records it. `next` is called once, without arguments, in the scope.
 *
 * @example
 * const middleware = createHttpMiddleware({ extractMetadata: ({ headers }) => ({ tenant_id: String(headers['x-tenant']) }) });
 * createServer((request, response) => middleware(request, response, () => handle(request, response)));
 * @throws PanopticError that lists every option that is wrong
 */
export function createHttpMiddleware<Request extends IncomingMessage = IncomingMessage>(
  options: ConnectMiddlewareOptions<Request> = {},
): HttpMiddleware<Request> {
  return connectMiddleware(options, 'createHttpMiddleware');
}

/** @param where what the user called, for messages */
export function connectMiddleware<Request extends IncomingMessage>(
  options: ConnectMiddlewareOptions<Request>,
  where: string,
): HttpMiddleware<Request> {
  checkObject(options, where);
  const { route, ...http } = options;
  if (route !== undefined) checkFunction(route, `${where} options.route`);
  const core = new HttpCore<Request>(reader, http, where);
  const routeOf: RouteOf<Request> = route === undefined ? routeTaken : (request) => core.ask('route', route, request);
  return (request, response, next) => {
    if (route === undefined) followRoutes(request);
    return enter(core, request, request, response, routeOf, next);
  };
}

const reader = /* @__PURE__ */ nodeReader<IncomingMessage>((request) => request);

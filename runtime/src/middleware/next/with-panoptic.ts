import { after, type NextRequest } from 'next/server.js';
import { flush } from '#panoptic';
import { checkFunction, goesOnWithout, HttpCore, type RequestReader } from '../core/index.ts';
import { FetchExchange, fetchExchangeOf } from '../fetch/index.ts';
import { navigationStatus } from './navigation-status.ts';
import { type NextOptions, splitOptions } from './options.ts';
import { type RouteParams, routePattern } from './route-pattern.ts';
import { isBuilding, isMadeAhead, loadWorks } from './static-generation.ts';

export type NextMiddlewareOptions = NextOptions<NextRequest>;

/** What Next hands to a proxy in place of `params`. */
interface Proxied {
  waitUntil(promise: Promise<unknown>): void;
}

/**
 * Wraps a handler of a route in `app/`, or the function of `proxy.ts`: opens a scope for every request, and records it. A proxy
 * gets a scope, and an event only with the option `route`: its requests go on to somebody who answers them.
 *
 * @example
 * export const POST = withPanoptic(async (request, { params }: RouteContext<'/tickets/[id]'>) => …, {
 *   extractMetadata: (request) => ({ tenant_id: request.headers.get('x-tenant') ?? undefined }),
 * });
 * @throws PanopticError when an option is wrong, or `handler` is no function
 */
export function withPanoptic<Context, Answer>(
  handler: (request: NextRequest, context: Context) => Answer | Promise<Answer>,
  options: NextMiddlewareOptions = {},
): (request: NextRequest, context: Context) => Promise<Answer> {
  checkFunction(handler, 'withPanoptic handler');
  const { route, flush: flushes, http } = splitOptions(options, 'withPanoptic');
  const core = new HttpCore(reader, http, 'withPanoptic');
  if (!isBuilding()) void loadWorks();
  return async (request, context) => {
    if (isBuilding()) return handler(request, context);
    const loading = loadWorks();
    if (loading !== undefined) await loading;
    if (isMadeAhead()) return handler(request, context);
    const before = fetchExchangeOf(request);
    const scope = core.begin(request, before?.scope);
    if (scope === undefined) return handler(request, context);
    if (scope.ready !== undefined) await scope.ready;
    if (before !== undefined) return handler(request, context);

    const event = proxied(context);
    if (event !== undefined && route === undefined) scope.sites = undefined;
    const routeOf = route === undefined ? learnRoute(request, context) : () => route;
    const exchange = new FetchExchange(scope, request, routeOf);
    if (flushes) keepAlive(exchange, event);
    try {
      const response = await scope.run(handler, request, context);
      if (response instanceof Response) return exchange.answer(response) as Answer;
      exchange.end({});
      return response;
    } catch (error) {
      const status = navigationStatus(error);
      exchange.end({ status, incomplete: status === undefined ? 'failed' : undefined, error });
      throw error;
    }
  };
}

/** Tests of an application call its handlers with a plain `Request`; Next takes note of it where `url` is read. */
const pathOf = (request: NextRequest): string => (request.nextUrl ?? new URL(request.url)).pathname;

const reader: RequestReader<NextRequest> = {
  method: ({ method }) => method,
  path: pathOf,
  header: ({ headers }, name) => headers.get(name) ?? undefined,
};

function proxied(context: unknown): Proxied | undefined {
  const isEvent = typeof context === 'object' && context !== null && 'waitUntil' in context;
  return isEvent ? (context as Proxied) : undefined;
}

/** Next gives `params` as a promise that has resolved, so its value is there long before the route is asked for. */
function learnRoute(request: NextRequest, context: unknown): () => string | undefined {
  const { params } = (context ?? {}) as { params?: RouteParams | Promise<RouteParams | undefined> };
  let known: RouteParams | undefined;
  const know = (values: RouteParams = {}): void => {
    known = values;
  };
  if (typeof params?.then === 'function') Promise.resolve(params).then(know, () => {});
  else know(params as RouteParams | undefined);
  return () => known && routePattern(pathOf(request), known);
}

function keepAlive({ over }: FetchExchange, event: Proxied | undefined): void {
  const sent = (): Promise<void> => over.then(() => flush());
  try {
    if (event === undefined) after(sent);
    else event.waitUntil(sent());
  } catch (error) {
    goesOnWithout(error);
  }
}

import type { Context, Middleware } from 'koa';
import { HttpCore, type HttpMiddlewareOptions } from '../core/index.ts';
import { enter, exchangeOf, nodeReader } from '../node/index.ts';

export type KoaMiddlewareOptions = HttpMiddlewareOptions<Context>;

/**
 * Opens a scope for every request, and records it.
 *
 * @example
 * app.use(panopticKoa({ extractMetadata: (context) => ({ tenant_id: context.get('x-tenant') }) }));
 *
 * Use it first: what stands before it runs outside the scope.
 * @throws PanopticError that lists every option that is wrong
 */
export function panopticKoa(options: KoaMiddlewareOptions = {}): Middleware {
  const core = new HttpCore(reader, options, 'panopticKoa');
  return async (context, next) => {
    try {
      await enter(core, context, context.req, context.res, routeOf, next);
    } catch (error) {
      const exchange = exchangeOf(context.req);
      if (exchange !== undefined) exchange.error = error;
      throw error;
    }
  };
}

const reader = /* @__PURE__ */ nodeReader<Context>((context) => context.req);

/** As `@koa/router` notes it; a pattern with the prefixes of its routers. */
function routeOf({ _matchedRoute: route }: Context): string | undefined {
  return route === undefined ? undefined : String(route);
}

import type { Context, MiddlewareHandler } from 'hono';
import { HttpCore, type HttpMiddlewareOptions, type RequestReader } from '../core/index.ts';
import { FetchExchange, fetchExchangeOf } from '../fetch/index.ts';
import { enter, exchangeOf } from '../node/index.ts';
import { keepAlive } from './keep-alive.ts';
import { nodeBindings } from './node-bindings.ts';
import { replaceResponse, streamInScope } from './response.ts';
import { routeOf } from './route-of.ts';

export type HonoMiddlewareOptions = HttpMiddlewareOptions<Context>;

/**
 * Opens a scope for every request, and records it; on Node, where `@hono/node-server` serves it, as well as on every other runtime.
 *
 * @example
 * app.use(panopticHono({ extractMetadata: (c) => ({ tenant_id: c.req.header('x-tenant') }) }));
 *
 * Use it first: what is used before it runs outside the scope.
 * @throws PanopticError when an option is wrong
 */
export function panopticHono(options: HonoMiddlewareOptions = {}): MiddlewareHandler {
  const core = new HttpCore(reader, options, 'panopticHono');
  return async (c, next) => {
    const node = nodeBindings(c.env);
    if (node === undefined) return byFetch(core, c, next);
    const { incoming, outgoing } = node;
    await enter(core, c, incoming, outgoing, routeOf, async () => {
      await next();
      const exchange = exchangeOf(incoming);
      if (exchange === undefined) return;
      exchange.error = c.error;
      streamInScope(c, exchange.scope);
    });
  };
}

async function byFetch(core: HttpCore<Context>, c: Context, next: () => Promise<void>): Promise<void> {
  const before = fetchExchangeOf(c.req.raw);
  const scope = core.begin(c, before?.scope);
  if (scope === undefined) return next();
  if (scope.ready !== undefined) await scope.ready;
  if (before !== undefined) return next();
  const exchange = new FetchExchange(scope, c.req.raw, () => routeOf(c));
  keepAlive(c, exchange);
  try {
    await scope.run(next);
  } catch (error) {
    // none that Hono answers for: those it has answered before `next` resolves
    exchange.end({ incomplete: 'failed', error });
    throw error;
  }
  if (c.finalized) replaceResponse(c, exchange.answer(c.res, c.error));
}

const reader: RequestReader<Context> = {
  method: (c) => c.req.method,
  path: (c) => c.req.path,
  header: (c, name) => c.req.header(name),
};

import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { HttpCore, type HttpMiddlewareOptions } from '../core/index.ts';
import { enter, exchangeOf, nodeReader } from '../node/index.ts';

export type FastifyMiddlewareOptions = HttpMiddlewareOptions<FastifyRequest>;

/**
 * Opens a scope for every request, and records it.
 *
 * @example
 * app.register(panopticFastify, { extractMetadata: (request) => ({ tenant_id: request.headers['x-tenant'] }) });
 *
 * Register it first: hooks of plugins that are registered before it run outside the scope.
 * @throws PanopticError when an option is wrong; `app.ready()` and `app.listen()` reject with it
 */
export const panopticFastify: FastifyPluginAsync<FastifyMiddlewareOptions> = /* @__PURE__ */ Object.assign(
  (async (app, options) => {
    const core = new HttpCore(reader, options, 'panopticFastify');
    app.addHook('onRequest', (request, reply, next) => {
      enter(core, request, request.raw, reply.raw, routeOf, next);
    });
    app.addHook('onError', (request, _reply, error, next) => {
      const exchange = exchangeOf(request.raw);
      if (exchange !== undefined) exchange.error = error;
      next();
    });
  }) satisfies FastifyPluginAsync<FastifyMiddlewareOptions>,
  {
    // as `fastify-plugin` does it: the hooks are those of the whole application, not of a context of our own
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: '@panoptic/runtime/fastify',
    [Symbol.for('plugin-meta')]: { name: '@panoptic/runtime/fastify', fastify: '4.x || 5.x' },
  },
);

const reader = /* @__PURE__ */ nodeReader<FastifyRequest>((request) => request.raw);

const routeOf = (request: FastifyRequest): string | undefined => request.routeOptions.url;

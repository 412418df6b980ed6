import type { Request, RequestHandler } from 'express';
import { type ConnectMiddlewareOptions, connectMiddleware } from '../connect/index.ts';

export type ExpressMiddlewareOptions = ConnectMiddlewareOptions<Request>;

/**
 * Opens a scope for every request, and records it.
 *
 * @example
 * app.use(panopticExpress({ extractMetadata: (request) => ({ tenant_id: String(request.get('x-tenant')) }) }));
 *
 * Use it first: what stands before it runs outside the scope.
 * @throws PanopticError that lists every option that is wrong
 */
export const panopticExpress = (options: ExpressMiddlewareOptions = {}): RequestHandler =>
  connectMiddleware(options, 'panopticExpress');

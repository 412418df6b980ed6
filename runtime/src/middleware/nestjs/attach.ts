import type { IncomingMessage } from 'node:http';
import type { HttpServer } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { PanopticError } from '../../config/error.ts';
import { connectMiddleware } from '../connect/index.ts';
import type { HttpMiddlewareOptions } from '../core/index.ts';
import { type FastifyMiddlewareOptions, panopticFastify } from '../fastify/index.ts';

type Options = HttpMiddlewareOptions<never>;

type Adapter = Pick<HttpServer, 'getInstance' | 'getType' | 'use'>;

const ADAPTERS: Readonly<Record<string, (adapter: Adapter, options: Options) => void>> = {
  express(adapter, options) {
    adapter.use(connectMiddleware(options as HttpMiddlewareOptions<IncomingMessage>, 'PanopticModule'));
  },
  fastify(adapter, options) {
    const instance: FastifyInstance = adapter.getInstance();
    instance.register(panopticFastify, options as FastifyMiddlewareOptions);
  },
};

/**
 * Lets the server under an application of Nest open the scopes, so that all of Nest is in them. False where there is no server
 * yet, or never: a module that is being tested, an application context.
 * @throws PanopticError PAN4140 for a server that is neither Express nor Fastify
 */
export function attach(adapter: Adapter | undefined, options: Options): boolean {
  const type = adapter?.getType();
  if (adapter === undefined || !type) return false;
  const attachTo = ADAPTERS[type];
  if (attachTo === undefined) {
    const message = `PanopticModule knows the servers ${Object.keys(ADAPTERS).join(' and ')}, not ${type}. Leave it out, and open scopes with withExecutionMetadata.`;
    throw new PanopticError([{ code: 'PAN4140', name: 'PanopticModule', message }]);
  }
  attachTo(adapter, options);
  return true;
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpServer } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { PanopticError } from '../../config/error.ts';
import { HttpCore, type HttpMiddlewareOptions } from '../core/index.ts';
import { type FastifyMiddlewareOptions, panopticFastify } from '../fastify/index.ts';
import { enter, nodeReader } from '../node/index.ts';

type Options = HttpMiddlewareOptions<never>;

/** What is used of a request of Express. */
interface ExpressRequest extends IncomingMessage {
  readonly baseUrl?: string;
  readonly route?: { readonly path?: unknown };
}

type Adapter = Pick<HttpServer, 'getInstance' | 'getType' | 'use'>;

const ADAPTERS: Readonly<Record<string, (adapter: Adapter, options: Options) => void>> = {
  express(adapter, options) {
    const core = new HttpCore(reader, options as HttpMiddlewareOptions<ExpressRequest>, 'PanopticModule');
    adapter.use((request: ExpressRequest, response: ServerResponse, next: () => void) => {
      enter(core, request, request, response, routeOf, next);
    });
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

const reader = /* @__PURE__ */ nodeReader<ExpressRequest>((request) => request);

function routeOf({ baseUrl = '', route }: ExpressRequest): string | undefined {
  return typeof route?.path === 'string' ? baseUrl + route.path : undefined;
}

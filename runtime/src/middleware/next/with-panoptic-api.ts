import type { NextApiRequest, NextApiResponse } from 'next';
import { flush } from '#panoptic';
import { checkFunction, HttpCore } from '../core/index.ts';
import { enter, exchangeOf, nodeReader } from '../node/index.ts';
import { type NextOptions, splitOptions } from './options.ts';
import { isBuilding } from './static-generation.ts';

/**
 * Wraps an API route of `pages/`. Next does not tell it the pattern of its route: that is the option `route`.
 *
 * @example
 * export default withPanopticApi(handler, { route: '/api/tickets/[id]' });
 * @throws PanopticError when an option is wrong, or `handler` is no function
 */
export function withPanopticApi<Result>(
  handler: (request: NextApiRequest, response: NextApiResponse) => Result | Promise<Result>,
  options: NextOptions<NextApiRequest> = {},
): (request: NextApiRequest, response: NextApiResponse) => Promise<Result> {
  checkFunction(handler, 'withPanopticApi handler');
  const { route, flush: flushes, http } = splitOptions(options, 'withPanopticApi');
  const core = new HttpCore(
    nodeReader<NextApiRequest>((request) => request),
    http,
    'withPanopticApi',
  );
  return async (request, response) => {
    if (isBuilding()) return handler(request, response);
    try {
      return await enter(
        core,
        request,
        request,
        response,
        () => route,
        async () => handler(request, response),
      );
    } catch (error) {
      const exchange = exchangeOf(request);
      if (exchange !== undefined) exchange.error = error;
      throw error;
    } finally {
      // nothing else keeps such a function awake
      if (flushes) await flush();
    }
  };
}

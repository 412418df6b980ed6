import type { HttpMiddlewareOptions } from './options.ts';

/**
 * Whether a request is to be left alone.
 * @param target path, with or without a query string
 */
export function isIgnored<Request>(
  ignore: NonNullable<HttpMiddlewareOptions<Request>['ignore']>,
  request: Request,
  target: string,
): boolean {
  if (typeof ignore === 'function') return ignore(request) === true;
  const query = target.indexOf('?');
  const path = query < 0 ? target : target.slice(0, query);
  // `search` looks from the beginning, whatever flags the pattern has
  return ignore.some((one) => (typeof one === 'string' ? one === path : path.search(one) >= 0));
}

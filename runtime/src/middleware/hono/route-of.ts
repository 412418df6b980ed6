import type { Context } from 'hono';
import { matchedRoutes } from 'hono/route';

/** `*`, `/*`, `/api/*` of `app.use`: middleware, which is no route. */
const isMiddleware = ({ method, path }: { method: string; path: string }): boolean =>
  method === 'ALL' && path.endsWith('*');

/**
 * The pattern of the handler that was reached: the last one, of which middleware is left out. A middleware that answers
 * itself, and that alone has matched, is the route.
 */
export function routeOf(c: Context): string | undefined {
  const reached = matchedRoutes(c).slice(0, c.req.routeIndex + 1);
  const route = reached.findLast((one) => !isMiddleware(one)) ?? (c.res.status === 404 ? undefined : reached.at(-1));
  return route?.path;
}

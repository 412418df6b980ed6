import type { Context } from 'hono';
import { matchedRoutes } from 'hono/route';

/** `*`, `/*`, `/api/*` of `app.use`: middleware, which is no route. */
const isMiddleware = ({ method, path }: { method: string; path: string }): boolean =>
  method === 'ALL' && path.endsWith('*');

/**
 * The pattern of the handler that was reached: the last one, of which middleware is left out. A middleware that answers
 * itself, and that alone has matched, is the route. Where there is no answer, because the client has gone meanwhile, it is
 * the handler that would have been next.
 */
export function routeOf(c: Context): string | undefined {
  const matched = matchedRoutes(c);
  const reached = matched.slice(0, c.req.routeIndex + 1);
  const route = reached.findLast((one) => !isMiddleware(one));
  if (route !== undefined) return route.path;
  // asking for `res` would make one
  if (!c.finalized) return matched.find((one) => !isMiddleware(one))?.path;
  return c.res.status === 404 ? undefined : reached.at(-1)?.path;
}

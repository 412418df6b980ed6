import type { IncomingMessage } from 'node:http';
import { goesOnWithout } from '../core/index.ts';
import { mountPattern } from './mount-pattern.ts';

const ROUTES: unique symbol = Symbol.for('panoptic.routes') as never;

/** Where a request is in the routers of Express. */
interface Routes {
  baseUrl: unknown;
  route: unknown;
  /** Routers it is in, the outermost first: the path up to there as it came, and as it is written. */
  mounts: { readonly url: string; readonly pattern: string }[];
  /** The pattern of the route it has taken last. */
  taken: string | undefined;
}

interface ExpressRequest extends IncomingMessage {
  app?: unknown;
  params?: Readonly<Record<string, unknown>>;
  baseUrl?: unknown;
  route?: unknown;
  [ROUTES]?: Routes;
}

/** The pattern of the route that Express has found, with those of the routers it is mounted in. */
export const routeTaken = (request: IncomingMessage): string | undefined => (request as ExpressRequest)[ROUTES]?.taken;

/**
 * Follows a request of Express through its routers; does nothing for others. Express says where a router is mounted only
 * by `baseUrl`, which is the path as it came, and takes it back before an error handler runs. But it sets `params` first, and
 * what is matched then is known: two accessors in the place of the properties note it down. Never throws.
 */
export function followRoutes(request: ExpressRequest): void {
  try {
    if (request.app === undefined || request[ROUTES] !== undefined) return;
    const { baseUrl, route } = request;
    request[ROUTES] = { baseUrl, route, mounts: [], taken: undefined };
    Object.defineProperties(request, ACCESSORS);
    request.baseUrl = baseUrl;
  } catch (error) {
    goesOnWithout(error);
  }
}

const ACCESSORS: PropertyDescriptorMap & ThisType<ExpressRequest & { [ROUTES]: Routes }> = {
  baseUrl: {
    configurable: true,
    enumerable: true,
    get() {
      return this[ROUTES].baseUrl;
    },
    set(baseUrl: unknown) {
      const routes = this[ROUTES];
      routes.baseUrl = baseUrl;
      if (typeof baseUrl === 'string') move(routes, baseUrl, this.params);
    },
  },
  route: {
    configurable: true,
    enumerable: true,
    get() {
      return this[ROUTES].route;
    },
    set(route: unknown) {
      const routes = this[ROUTES];
      routes.route = route;
      routes.taken = patternOf(routes, route);
    },
  },
};

/** Into a router, or out of some: what `baseUrl` says now is longer than before, or what it was there. */
function move(routes: Routes, url: string, params: ExpressRequest['params']): void {
  const { mounts } = routes;
  while (mounts.length > 0 && !isInside(url, mounts.at(-1)?.url ?? '')) mounts.pop();
  const outer = mounts.at(-1) ?? { url: '', pattern: '' };
  if (url.length > outer.url.length) {
    mounts.push({ url, pattern: outer.pattern + mountPattern(url.slice(outer.url.length), params ?? {}) });
  }
}

const isInside = (url: string, mount: string): boolean => url === mount || url.startsWith(`${mount}/`);

/** A route may have several paths, and patterns of regular expressions. */
function patternOf({ mounts }: Routes, route: unknown): string | undefined {
  const path = (route as { path?: unknown } | undefined)?.path;
  if (path === undefined) return undefined;
  const own = Array.isArray(path) ? path.join('|') : String(path);
  const mount = mounts.at(-1)?.pattern ?? '';
  return mount !== '' && own === '/' ? mount : mount + own;
}

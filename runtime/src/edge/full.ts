import { readProviders } from '../config/providers.ts';
import { Reader } from '../config/reader.ts';
import { isObject } from '../config/values.ts';
import { useProviders } from '../providers/in-use.ts';
import type { OwnProviders } from '../providers/own.ts';
import type { AnyFunction, AsyncFunction, WrapOptions } from '../wrap/options.types.ts';
import { wrap, wrapAsync } from '../wrap/wrap.ts';
import { createHttpMiddleware, createLogger, getLogger, type NotHere } from './not-here.ts';
import type { EdgeOptions } from './options.ts';
import { create, type PagePanoptic } from './panoptic.ts';

/** What `createPanoptic` of `@panoptic/runtime` takes in a browser and at an edge. */
export interface EdgePanopticOptions<Own extends string = string> extends EdgeOptions {
  /** Providers of your own, as on a server; the server that takes the events has to know them, too. @default {} */
  providers?: OwnProviders<Own>;
}

/** The delivery of this page or worker, and what is recorded without a build. Its methods are also exported as functions. */
export interface Panoptic<Own extends string = never> extends PagePanoptic {
  /** Records every call of a function. @throws PanopticError */
  wrap<F extends AnyFunction>(fn: F, options: WrapOptions<F, Own>): F;
  /** As `wrap`, for functions that give a promise or a stream. @throws PanopticError */
  wrapAsync<F extends AsyncFunction>(fn: F, options: WrapOptions<F, Own>): F;
  /** Middleware for an edge is that of Hono and of Next. @throws PanopticError PAN4150 */
  createHttpMiddleware: NotHere;
  /** Loggers need pino and a server. @throws PanopticError PAN4150 */
  getLogger: NotHere;
  /** As `getLogger`. */
  createLogger: NotHere;
}

/**
 * As `createPanoptic` of `@panoptic/runtime/client`, with the methods that code for a server uses as well: 5 kB more for a page.
 * @throws PanopticError that lists every option that is wrong; nothing is changed then
 */
export function createPanoptic<Own extends string = never>(options: EdgePanopticOptions<Own> = {}): Panoptic<Own> {
  const { providers, ...others } = options ?? {};
  const reader = new Reader(providers === undefined ? {} : { providers }, {});
  const own = readProviders(reader);
  const panoptic = create(isObject(options) ? others : options, reader.problems);
  useProviders(own);
  return { ...panoptic, wrap, wrapAsync, createHttpMiddleware, getLogger, createLogger };
}

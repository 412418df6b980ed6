import { currentHolder } from '../../context/index.ts';
import { snapshotOf } from '../../context/snapshot.ts';
import { carriedBy, type ReadHeader } from './carried.ts';
import { extract, extractionFailed } from './extraction.ts';
import { fillScope } from './fill-scope.ts';
import { goesOnWithout } from './goes-on-without.ts';
import { isIgnored } from './ignore.ts';
import type { HttpMiddlewareOptions } from './options.ts';
import { RequestScope } from './request-scope.ts';
import { RequestSites } from './request-sites.ts';
import { type ResolvedHttpOptions, resolveHttpOptions } from './resolve.ts';

/** What differs from framework to framework in reading a request. */
export interface RequestReader<Request> {
  /** `GET` */
  method(request: Request): string;
  /** Path, with or without a query string; only compared with the option `ignore`. */
  path(request: Request): string;
  header: ReadHeader<Request>;
}

/** What the middleware of all frameworks does with a request; an adapter calls it and tells it how the request ended. */
export class HttpCore<Request> {
  readonly #options: ResolvedHttpOptions<Request>;
  readonly #reader: RequestReader<Request>;
  readonly #sites: RequestSites;

  /**
   * @param where what the user called, for messages, such as `panopticKoa`
   * @throws PanopticError that lists every option that is wrong
   */
  constructor(reader: RequestReader<Request>, options: HttpMiddlewareOptions<Request>, where: string) {
    this.#options = resolveHttpOptions(options, where);
    this.#reader = reader;
    this.#sites = new RequestSites(this.#options.provider, this.#options.service);
  }

  /**
   * Begins a request. Its handler is then run with `scope.run`, once `scope.ready` has resolved where there is one, and
   * `scope.end` is called when the response has ended. Undefined for a request that is left alone. Never throws.
   * @param within the scope of the same request, where another middleware has opened one: it gets what this one knows
   */
  begin(request: Request, within?: RequestScope): RequestScope | undefined {
    try {
      const { ignore, record } = this.#options;
      if (
        ignore !== undefined &&
        this.ask('ignore', () => isIgnored(ignore, request, this.#reader.path(request)), request)
      ) {
        return undefined;
      }
      const outer = within === undefined ? currentHolder()?.snapshot : within.snapshot;
      const carried = within === undefined ? carriedBy(this.#options, request, this.#reader.header) : {};
      const extracted = extract(this.#options, request);
      const scope = within ?? new RequestScope(this.#reader.method(request), record ? this.#sites : undefined);
      if (!(extracted instanceof Promise)) {
        fillScope(scope, outer, carried, extracted);
        return scope;
      }
      scope.snapshot = snapshotOf(outer, undefined, carried);
      scope.ready = extracted
        .then((found) => fillScope(scope, scope.snapshot, carried, found))
        .catch(goesOnWithout)
        .then(() => {
          scope.ready = undefined;
        });
      return scope;
    } catch (error) {
      goesOnWithout(error);
      return undefined;
    }
  }

  /** What a function of the application's answers; undefined where it throws, which is said or counted as it wants it. */
  ask<Answer>(name: string, asked: (request: Request) => Answer, request: Request): Answer | undefined {
    try {
      return asked(request);
    } catch (error) {
      extractionFailed(this.#options, name, error, request);
      return undefined;
    }
  }
}

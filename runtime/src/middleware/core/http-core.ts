import { contextStorage } from '../../context/context-storage.ts';
import { scopeOf } from '../../instrument/scope.ts';
import { carriedBy, type ReadHeader } from './carried.ts';
import { extract, extractionFailed } from './extraction.ts';
import { fillLater, fillScope } from './fill-scope.ts';
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
  private readonly options: ResolvedHttpOptions<Request>;
  private readonly reader: RequestReader<Request>;
  private readonly sites: RequestSites | undefined;

  /**
   * @param where what the user called, for messages, such as `panopticKoa`
   * @throws PanopticError that lists every option that is wrong
   */
  constructor(reader: RequestReader<Request>, options: HttpMiddlewareOptions<Request>, where: string) {
    this.options = resolveHttpOptions(options, where);
    this.reader = reader;
    const { record, provider, service } = this.options;
    this.sites = record ? new RequestSites(provider, service) : undefined;
  }

  /**
   * Begins a request. Its handler is then run with `scope.run`, once `scope.ready` has resolved where there is one, and
   * `scope.end` is called when the response has ended. Undefined for a request that is left alone. Never throws.
   * @param within the scope of the same request, where another middleware has opened one: it gets what this one knows
   */
  begin(request: Request, within?: RequestScope): RequestScope | undefined {
    try {
      const { options, reader } = this;
      if (options.ignore !== undefined && this.isIgnored(request)) return undefined;
      const outer = within ?? scopeOf(contextStorage().getStore());
      const carried = within === undefined ? carriedBy(options, request, reader.header) : {};
      const extracted = extract(options, request);
      const scope = within ?? new RequestScope(reader.method(request), this.sites, outer);
      if (extracted instanceof Promise) fillLater(scope, outer?.snapshot, carried, extracted);
      else fillScope(scope, outer?.snapshot, carried, extracted);
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
      extractionFailed(this.options, name, error, request);
      return undefined;
    }
  }

  private isIgnored(request: Request): boolean {
    const { ignore = [] } = this.options;
    return this.ask('ignore', () => isIgnored(ignore, request, this.reader.path(request)), request) === true;
  }
}

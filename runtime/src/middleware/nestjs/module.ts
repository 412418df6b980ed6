import { type DynamicModule, type FactoryProvider, Inject, type ModuleMetadata, type NestModule } from '@nestjs/common';
import { APP_INTERCEPTOR, HttpAdapterHost } from '@nestjs/core';
import { checkFunction, checkObject, type HttpMiddlewareOptions } from '../core/index.ts';
import { resolveHttpOptions } from '../core/resolve.ts';
import { attach } from './attach.ts';
import { interceptor } from './interceptor.ts';

/** `Request` is that of the server: Express' or Fastify's. */
export type NestMiddlewareOptions<Request> = HttpMiddlewareOptions<Request>;

/** Options that other providers of the application take part in. */
export interface NestMiddlewareAsyncOptions<Request>
  extends Pick<ModuleMetadata, 'imports'>,
    Pick<FactoryProvider<NestMiddlewareOptions<Request>>, 'inject' | 'useFactory'> {}

const OPTIONS = 'PANOPTIC_OPTIONS';

/**
 * Opens a scope for every HTTP request, on Express as well as on Fastify, and records it. Middleware, guards, interceptors, pipes,
 * handlers, exception filters and request-scoped providers run in it; gateways, microservices and GraphQL subscriptions do not.
 *
 * @example
 * @Module({ imports: [PanopticModule.forRoot({ extractMetadata: (request: Request) => ({ tenant_id: request.get('x-tenant') }) })] })
 * export class AppModule {}
 */
export class PanopticModule implements NestModule {
  readonly #host: HttpAdapterHost;
  readonly #options: HttpMiddlewareOptions<never>;
  #isAttached: boolean;

  /** Nest's to call. */
  constructor(host: HttpAdapterHost, options: HttpMiddlewareOptions<never>) {
    resolveHttpOptions(options, 'PanopticModule');
    this.#host = host;
    this.#options = options;
    // before all that the application gives its server
    this.#isAttached = attach(host.httpAdapter, options);
  }

  /** @throws PanopticError when an option is wrong */
  static forRoot<Request>(options: NestMiddlewareOptions<Request> = {}): DynamicModule {
    resolveHttpOptions(options, 'PanopticModule');
    return moduleWith({ provide: OPTIONS, useFactory: () => options });
  }

  /** The application does not start when an option is wrong. @throws PanopticError when there is nothing that makes them */
  static forRootAsync<Request>(given: NestMiddlewareAsyncOptions<Request>): DynamicModule {
    checkObject(given, 'PanopticModule');
    const { imports = [], ...options } = given;
    checkFunction(options.useFactory, 'PanopticModule options.useFactory');
    return { ...moduleWith({ ...options, provide: OPTIONS }), imports };
  }

  /** Nest's to call. The server of an application that is made of a testing module is there only now. */
  configure(): void {
    if (!this.#isAttached) this.#isAttached = attach(this.#host.httpAdapter, this.#options);
  }
}

const moduleWith = (options: FactoryProvider): DynamicModule => ({
  module: PanopticModule,
  providers: [options, { provide: APP_INTERCEPTOR, useValue: interceptor }],
});

// What `@Inject()` does before a parameter, which only a compiler could write there.
Inject(HttpAdapterHost)(PanopticModule, undefined, 0);
Inject(OPTIONS)(PanopticModule, undefined, 1);

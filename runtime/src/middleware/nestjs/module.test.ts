import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type DynamicModule,
  type ExceptionFilter,
  type ExecutionContext,
  ForbiddenException,
  Get,
  type INestApplication,
  Inject,
  Injectable,
  Module,
  type NestInterceptor,
  Param,
  Post,
  type Provider,
  Req,
  Scope,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { of } from 'rxjs';
import { tap } from 'rxjs/operators';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventsOf, recordInMemory } from '../../../../fixtures/tools/http-events.ts';
import { getExecutionMetadata } from '../../context/index.ts';
import { memoryEvents } from '../../panoptic.ts';
import { type NestMiddlewareOptions, PanopticModule } from './index.ts';

recordInMemory();

const tenant = (): string => String(getExecutionMetadata()?.tenant_id);

/** Where the tenant was seen, and which one. */
const seen: Record<string, string> = {};
const note = (where: string): void => {
  seen[where] = tenant();
};

/** Knows, for one request, whose it is. */
class Whose {
  readonly tenant: string = tenant();
}
Injectable({ scope: Scope.REQUEST })(Whose);

class NoShelf extends Error {}

class Users {
  readonly #whose: Whose;
  constructor(whose: Whose) {
    this.#whose = whose;
  }
  async find(id: string): Promise<object> {
    await sleep(1);
    note('handler');
    return { id, tenant: tenant(), injected: this.#whose.tenant };
  }
  echo(request: { body: unknown }): unknown {
    return { tenant: tenant(), body: request.body };
  }
  broken(): void {
    throw new NoShelf('no such shelf');
  }
  secret(): string {
    return 'never';
  }
}

/** As a compiler does it with a method's decorators. */
function decorate(name: keyof Users, decorators: MethodDecorator[], parameters: ParameterDecorator[] = []): void {
  const descriptor = Object.getOwnPropertyDescriptor(Users.prototype, name) ?? {};
  for (const decorator of decorators) decorator(Users.prototype, name, descriptor);
  for (const [index, decorator] of parameters.entries()) decorator(Users.prototype, name, index);
}
decorate('find', [Get(':id')], [Param('id')]);
decorate('echo', [Post()], [Req()]);
decorate('broken', [Get('all/broken')]);
decorate('secret', [Get('all/secret')]);
Inject(Whose)(Users, undefined, 0);
Controller('v1/users')(Users);

class Guard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    note('guard');
    if (context.getHandler().name === 'secret') throw new ForbiddenException();
    return true;
  }
}
class Interceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler) {
    note('interceptor');
    return next.handle().pipe(tap(() => note('interceptor, after')));
  }
}
class Filter implements ExceptionFilter {
  catch(_: unknown, host: Parameters<ExceptionFilter['catch']>[1]): void {
    note('filter');
    const response = host.switchToHttp().getResponse();
    response.status(503).send({ sorry: tenant() });
  }
}
Catch(NoShelf)(Filter);

function application(panoptic: DynamicModule, providers: Provider[] = []) {
  class App {}
  Module({
    imports: [panoptic],
    controllers: [Users],
    providers: [
      Whose,
      { provide: APP_GUARD, useClass: Guard },
      { provide: APP_INTERCEPTOR, useClass: Interceptor },
      { provide: APP_FILTER, useClass: Filter },
      ...providers,
    ],
  })(App);
  return App;
}

const byHeader = {
  extractMetadata: ({ headers }: { headers: Record<string, string | string[] | undefined> }) => ({
    tenant_id: headers['x-tenant']?.toString(),
  }),
};

beforeEach(() => {
  for (const where of Object.keys(seen)) delete seen[where];
});

let app: INestApplication | undefined;
afterEach(() => app?.close());

const servers = { Express: () => new ExpressAdapter(), Fastify: () => new FastifyAdapter() };

describe.each(Object.entries(servers))('on %s', (_, adapter) => {
  async function start(panoptic: DynamicModule = PanopticModule.forRoot(byHeader)): Promise<string> {
    app = await NestFactory.create(application(panoptic), adapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
    return app.getUrl();
  }
  const headers = { 'x-tenant': 'ada', 'content-type': 'application/json' };

  it('opens a scope for all of Nest, and records the request by its pattern', async () => {
    const url = await start();
    const response = await fetch(`${url}/v1/users/no-42?token=secret`, { headers });
    expect(await response.json()).toEqual({ id: 'no-42', tenant: 'ada', injected: 'ada' });
    expect(seen).toEqual({ guard: 'ada', interceptor: 'ada', handler: 'ada', 'interceptor, after': 'ada' });
    const [event] = await eventsOf(1);
    expect(event).toMatchObject({
      provider: 'System',
      service: 'http',
      resource: 'GET /v1/users/:id',
      outcome: 'ok',
      metadata: { tenant_id: 'ada', http: { response: { status_code: 200 }, route: '/v1/users/:id' } },
    });
    expect(JSON.stringify(event)).not.toMatch(/secret|no-42/);
  });

  it('keeps the scope over a body that was parsed', async () => {
    const url = await start();
    const response = await fetch(`${url}/v1/users`, { method: 'POST', body: '{"a":1}', headers });
    expect(await response.json()).toEqual({ tenant: 'ada', body: { a: 1 } });
    expect(await eventsOf(1)).toMatchObject([{ metadata: { http: { request: { body: { size: 7 } } } } }]);
  });

  it('tells what a handler threw, in a filter as well, and leaves refusals alone', async () => {
    const url = await start();
    const broken = await fetch(`${url}/v1/users/all/broken`, { headers });
    expect([broken.status, await broken.json()]).toEqual([503, { sorry: 'ada' }]);
    expect(seen.filter).toBe('ada');
    expect((await fetch(`${url}/v1/users/all/secret`, { headers })).status).toBe(403);
    expect((await fetch(`${url}/nothing`, { headers })).status).toBe(404);
    expect(await eventsOf(3)).toMatchObject([
      { resource: 'GET /v1/users/all/broken', outcome: 'error', error: { type: 'NoShelf', message: 'no such shelf' } },
      { resource: 'GET /v1/users/all/secret', outcome: 'ok', metadata: { http: { response: { status_code: 403 } } } },
      { resource: 'GET (unmatched)', outcome: 'ok', metadata: { http: { response: { status_code: 404 } } } },
    ]);
  });

  it('mixes no tenants, in request-scoped providers neither', async () => {
    const url = await start();
    const ask = async (n: number): Promise<unknown> =>
      (await fetch(`${url}/v1/users/${n}`, { headers: { 'x-tenant': `t${n}` } })).json();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => ask(n)));
    expect(answers).toEqual(answers.map((_, n) => ({ id: `${n}`, tenant: `t${n}`, injected: `t${n}` })));
  });

  it('takes its options from providers of the application', async () => {
    class Directory {
      async tenantOf(key: unknown): Promise<string> {
        await sleep(1);
        return `tenant of ${key}`;
      }
    }
    class DirectoryModule {}
    Module({ providers: [Directory], exports: [Directory] })(DirectoryModule);
    const url = await start(
      PanopticModule.forRootAsync({
        imports: [DirectoryModule],
        inject: [Directory],
        useFactory: (directory: Directory): NestMiddlewareOptions<{ headers: Record<string, unknown> }> => ({
          extractMetadata: async (request) => ({ tenant_id: await directory.tenantOf(request.headers['x-tenant']) }),
        }),
      }),
    );
    expect(await (await fetch(`${url}/v1/users/1`, { headers })).json()).toMatchObject({ tenant: 'tenant of ada' });
  });

  it('does not start over an option that is wrong', async () => {
    const wrong = { recrod: false } as NestMiddlewareOptions<unknown>;
    expect(() => PanopticModule.forRoot(wrong)).toThrow(/PAN4131: PanopticModule has no option recrod/);
    const late = application(PanopticModule.forRootAsync({ useFactory: () => wrong }));
    const starting = NestFactory.create(late, adapter(), { logger: false, abortOnError: false });
    await expect(starting).rejects.toThrow(/PAN4131/);
  });
});

it('stands aside where there is no HTTP', async () => {
  const context = await NestFactory.createApplicationContext(application(PanopticModule.forRoot()), { logger: false });
  await context.close();
  const [{ interceptor }] = [await import('./interceptor.ts')];
  const next = { handle: () => of('answer') };
  const answers: unknown[] = [];
  (interceptor.intercept({ getType: () => 'rpc' } as ExecutionContext, next) as ReturnType<typeof of>).subscribe(
    (answer) => answers.push(answer),
  );
  expect(answers).toEqual(['answer']);
  expect(memoryEvents()).toEqual([]);
});

it.each([undefined, null, 5, [[]]])('refuses what is no object of options as that: %j', (given) => {
  const message = 'PAN4130: PanopticModule options must be an object.';
  expect(() => PanopticModule.forRootAsync(given as never)).toThrow(message);
  if (given !== undefined) expect(() => PanopticModule.forRoot(given as never)).toThrow(message);
});

it('refuses options that nobody makes', () => {
  const message = 'PAN4130: PanopticModule options.useFactory must be a function.';
  expect(() => PanopticModule.forRootAsync({} as never)).toThrow(message);
});

it('refuses a server that it does not know', async () => {
  class Other extends ExpressAdapter {
    override getType(): string {
      return 'uws';
    }
  }
  const starting = NestFactory.create(application(PanopticModule.forRoot()), new Other(), {
    logger: false,
    abortOnError: false,
  });
  await expect(starting).rejects.toThrow(/PAN4140.*express and fastify, not uws/);
});

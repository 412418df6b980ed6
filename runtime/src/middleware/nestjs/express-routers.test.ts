import 'reflect-metadata';
import {
  Controller,
  Get,
  type INestApplication,
  type MiddlewareConsumer,
  Module,
  VersioningType,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { Router } from 'express';
import { afterEach, expect, it } from 'vitest';
import { eventsOf, recordInMemory } from '../../../../fixtures/tools/http-events.ts';
import { PanopticModule } from './index.ts';

recordInMemory();

class Users {
  find(): string {
    return 'found';
  }
}
Get(':id')(Users.prototype, 'find', Object.getOwnPropertyDescriptor(Users.prototype, 'find') ?? {});
Controller({ path: 'users', version: '1' })(Users);

class App {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply((_: unknown, __: unknown, next: () => void) => next()).forRoutes('*path');
  }
}
Module({ imports: [PanopticModule.forRoot()], controllers: [Users] })(App);

let app: INestApplication;
afterEach(() => app.close());

it('knows the patterns of routers of Express beside those of Nest, prefixes and versions included', async () => {
  app = await NestFactory.create(App, new ExpressAdapter(), { logger: false });
  app.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI });
  const router = Router();
  router.get('/orders/:order', (_, response) => void response.send('ordered'));
  router.get('/broken', () => {
    throw new RangeError('no such shelf');
  });
  app.use('/tenants/:tenant', router);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const statuses: number[] = [];
  for (const path of ['/api/v1/users/7', '/tenants/ada/orders/3', '/tenants/bob/broken', '/tenants/bob/nothing']) {
    statuses.push((await fetch(url + path)).status);
  }
  expect(statuses).toEqual([200, 200, 500, 404]);
  expect((await eventsOf(4)).map(({ resource, outcome }) => `${resource} ${outcome}`)).toEqual([
    'GET /api/v1/users/:id ok',
    'GET /tenants/:tenant/orders/:order ok',
    'GET /tenants/:tenant/broken error',
    'GET (unmatched) ok',
  ]);
});

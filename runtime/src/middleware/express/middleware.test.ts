import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import express, { type Express, Router } from 'express';
import { afterEach, expect, it } from 'vitest';
import { eventsOf, listen, recordInMemory } from '../../../../fixtures/tools/http-events.ts';
import { getExecutionMetadata, setExecutionMetadata } from '../../context/index.ts';
import { type ExpressMiddlewareOptions, panopticExpress } from './index.ts';

recordInMemory();

let server: Server;
afterEach(() => void server.close());

async function start(routes: (app: Express) => void, options: ExpressMiddlewareOptions = {}): Promise<string> {
  const app = express();
  app.use(
    panopticExpress({ extractMetadata: (request) => ({ tenant_id: request.get('x-tenant') ?? '' }), ...options }),
  );
  routes(app);
  server = createServer(app);
  return listen(server);
}

const headers = { 'x-tenant': 'ada', 'content-type': 'application/json' };

it('keeps the scope through parsers of bodies, routers and error handlers', async () => {
  const seen: unknown[] = [];
  const note = () => seen.push(getExecutionMetadata()?.tenant_id);
  const url = await start((app) => {
    app.use(express.json());
    app.use(async (_request, _response, next) => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      note();
      next();
    });
    app.post('/echo', () => {
      note();
      setExecutionMetadata({ user_id: 'u1' });
      throw new RangeError('no such shelf');
    });
    app.use(((error, _request, response, _next) => {
      note();
      response.status(503).json({ message: error.message });
    }) as express.ErrorRequestHandler);
  });
  const body = new ReadableStream({
    async start(stream) {
      stream.enqueue(new TextEncoder().encode('{"a":'));
      await new Promise((resolve) => setTimeout(resolve, 30));
      stream.enqueue(new TextEncoder().encode('1}'));
      stream.close();
    },
  });
  const response = await fetch(`${url}/echo`, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
  expect(await response.json()).toEqual({ message: 'no such shelf' });
  expect(await eventsOf(1)).toMatchObject([
    {
      resource: 'POST /echo',
      outcome: 'error',
      user: 'u1',
      error: { type: '503' },
      metadata: { tenant_id: 'ada', http: { request: { body: { size: 7 } }, response: { status_code: 503 } } },
    },
  ]);
  expect(seen).toEqual(['ada', 'ada', 'ada']);
});

const { version } = createRequire(import.meta.url)('express/package.json') as { version: string };
/** What stands for the rest of a path. */
const REST = version.startsWith('4.') ? '*' : '*path';

it.each([
  ['/users/42', 'GET /users/:id'],
  ['/tenants/7/users/42', 'GET /tenants/:tenant/users/:id'],
  ['/tenants/7/', 'GET /tenants/:tenant'],
  ['/tenants/7/broken/1', 'GET /tenants/:tenant/broken/:id'],
  ['/tenants/7/deep/eu/west/items/1', 'GET /tenants/:tenant/deep/:area/west/items/:id'],
  ['/tenants/caf%C3%A9/users/1', 'GET /tenants/:tenant/users/:id'],
  ['/v2/sub/users/9', 'GET /v:version/sub/users/:id'],
  ['/static/a/b.js', `GET /static/${REST}`],
  ['/one', 'GET /one|/two'],
  ['/re/12', 'GET /^\\/re\\/(\\d+)$/'],
  ['/tenants/7/nothing', 'GET (unmatched)'],
  ['/nothing', 'GET (unmatched)'],
])('names %s by its pattern: %s', async (path, name) => {
  const answer: express.RequestHandler = (request, response) => void response.send(request.baseUrl);
  const url = await start((app) => {
    app.get('/users/:id', answer);
    app.get(`/static/${REST}`, answer);
    app.get(['/one', '/two'], answer);
    app.get(/^\/re\/(\d+)$/, answer);
    const tenants = Router();
    tenants.get('/', answer);
    tenants.get('/users/:id', answer);
    tenants.get('/broken/:id', () => {
      throw new Error('broken');
    });
    const deep = Router({ mergeParams: true });
    deep.get('/items/:id', answer);
    tenants.use('/deep/:area/west', deep);
    // does not match, and hands on
    app.use('/tenants/:other/never', Router());
    app.use('/tenants/:tenant', tenants);
    const sub = express();
    sub.get('/users/:id', answer);
    const versions = Router();
    versions.use('/sub', sub);
    app.use('/v:version', versions);
    app.use(((_error, _request, response, _next) => void response.status(500).end()) as express.ErrorRequestHandler);
  });
  // the second one meets what the first one has prepared
  for (let n = 1; n <= 2; n++) {
    const response = await fetch(url + path);
    if (response.ok) expect(path.startsWith(await response.text())).toBe(true);
    expect((await eventsOf(n))[n - 1]?.resource).toBe(name);
  }
});

it('takes no other function for its options', () => {
  expect(() => panopticExpress({ ignore: 5 as never })).toThrow(/PAN4130: panopticExpress options.ignore/);
});

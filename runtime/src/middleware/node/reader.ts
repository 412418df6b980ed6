import type { IncomingMessage } from 'node:http';
import type { RequestReader } from '../core/http-core.ts';

/** How a request is read where there is one of `node:http` behind that of the framework. */
export const nodeReader = <Request>(rawOf: (request: Request) => IncomingMessage): RequestReader<Request> => ({
  method: (request) => rawOf(request).method ?? '_OTHER',
  path(request) {
    const raw: IncomingMessage & { originalUrl?: string } = rawOf(request);
    // a router that is mounted at a prefix takes it from `url`
    return raw.originalUrl ?? raw.url ?? '';
  },
  header(request, name) {
    const value = rawOf(request).headers[name];
    return typeof value === 'string' ? value : value?.[0];
  },
});

export { checkFunction, checkObject, refused } from './check-given.ts';
export { ExtractionTimeout } from './extraction.ts';
export { goesOnWithout } from './goes-on-without.ts';
export { HttpCore, type RequestReader } from './http-core.ts';
export type { Awaitable, HttpMiddlewareOptions, MappedRequest } from './options.ts';
export type { RequestEnd, RequestScope } from './request-scope.ts';

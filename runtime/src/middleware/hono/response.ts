import type { Context } from 'hono';
import type { RequestScope } from '../core/index.ts';
import { followBody } from '../fetch/index.ts';

/** `@hono/node-server` keeps status, body and headers in such a field, and makes a real `Response` only when it has to. */
const isCache = (value: unknown): value is [status: number, body: unknown, headers: unknown] =>
  Array.isArray(value) && value.length === 3 && typeof value[0] === 'number';

/** A body that is there already, such as a text: reading `body` would turn it into a stream, which takes longer. */
function isWhole(response: Response): boolean {
  const fields = response as unknown as Record<symbol, unknown>;
  const cache = Object.getOwnPropertySymbols(response)
    .map((field) => fields[field])
    .find(isCache);
  return cache !== undefined && typeof (cache[1] as { getReader?: unknown } | null)?.getReader !== 'function';
}

/** Lets a body that is made while it is sent be made in the scope. */
export function streamInScope(c: Context, scope: RequestScope): void {
  if (!c.finalized || isWhole(c.res) || c.res.body === null || c.res.body.locked) return;
  replaceResponse(c, new Response(followBody(scope, c.res.body), c.res));
}

/** Hono merges the headers of a response into one that replaces it, so the old one goes first. */
export function replaceResponse(c: Context, response: Response): void {
  if (response === c.res) return;
  c.res = undefined;
  c.res = response;
}

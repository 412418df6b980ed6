import type { IncomingMessage, ServerResponse } from 'node:http';
import { currentHolder, runInScope } from '../../context/index.ts';
import { mayHaveBody, sizeOf } from './body-size.ts';
import type { Exchange } from './exchange.ts';

/** By it a request and its response know their exchange; the same for all copies of the runtime. */
const EXCHANGE: unique symbol = Symbol.for('panoptic.exchange') as never;

interface Watched {
  [EXCHANGE]?: Exchange;
}

type Method = (...args: never[]) => unknown;

/** The exchange of a request that a middleware has already seen. */
export const exchangeOf = (request: IncomingMessage): Exchange | undefined => (request as Watched)[EXCHANGE];

/**
 * Watches a request and its response by methods of their own, which are the same functions for all requests:
 *
 * - `emit`, because Node calls listeners in the context of the connection. What waits for the body of a request, or for
 *   the end of a response, would run outside the scope. It also tells when the response has ended.
 * - `write`, `end` and `push`, which count the bytes that go through, and give what they would have given.
 */
export function watch(exchange: Exchange): void {
  const { request, response } = exchange;
  (request as Watched)[EXCHANGE] = exchange;
  (response as Watched)[EXCHANGE] = exchange;
  request.emit = emitOfRequest as IncomingMessage['emit'];
  response.emit = emitOfResponse as ServerResponse['emit'];
  response.write = write as ServerResponse['write'];
  response.end = end as ServerResponse['end'];
  if (mayHaveBody(request)) request.push = push;
}

function emitOfRequest(this: Required<Watched>, ...args: unknown[]): unknown {
  const exchange = this[EXCHANGE];
  return emit(exchange, exchange.emitOfRequest, this, args);
}

function emitOfResponse(this: Required<Watched>, ...args: unknown[]): unknown {
  const exchange = this[EXCHANGE];
  const [event] = args;
  if (event === 'finish') exchange.close(true);
  else if (event === 'close') exchange.close(false);
  return emit(exchange, exchange.emitOfResponse, this, args);
}

/** Enters the scope where it was lost; what the application emits in a scope of its own stays there. */
function emit(exchange: Exchange, method: Method, self: unknown, args: unknown[]): unknown {
  if (currentHolder() !== exchange.outer) return Reflect.apply(method, self, args);
  return runInScope(exchange.scope.holder, Reflect.apply, method, self, args);
}

function write(this: Required<Watched> & ServerResponse, ...args: unknown[]): unknown {
  const exchange = this[EXCHANGE];
  // what is written after the end goes nowhere
  if (!this.writableEnded) exchange.sent += sizeOf(args[0], args[1]);
  return Reflect.apply(exchange.write, this, args);
}

function end(this: Required<Watched> & ServerResponse, ...args: unknown[]): unknown {
  const exchange = this[EXCHANGE];
  const sent = exchange.sent + (this.writableEnded ? 0 : sizeOf(args[0], args[1]));
  exchange.sent = sent;
  const ended = Reflect.apply(exchange.end, this, args);
  // in HTTP/2 `end` has called `write`
  exchange.sent = sent;
  return ended;
}

function push(this: Required<Watched> & IncomingMessage, chunk: unknown, encoding?: BufferEncoding): boolean {
  const exchange = this[EXCHANGE];
  exchange.received += sizeOf(chunk, encoding);
  return exchange.push.call(this, chunk, encoding);
}

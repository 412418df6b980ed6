import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { currentHolder } from '../../context/index.ts';
import { mayHaveBody, sizeOf } from './body-size.ts';
import type { Exchange } from './exchange.ts';

/** By it a request and its response know their exchange; the same for all copies of the runtime. */
const EXCHANGE: unique symbol = Symbol.for('panoptic.exchange') as never;

interface Watched {
  [EXCHANGE]?: Exchange;
}

type WatchedRequest = IncomingMessage & Watched;
type WatchedResponse = ServerResponse & Watched;

/** A connection, with the response that is being sent over it, as Node knows it. */
interface Connection extends Socket {
  _httpMessage?: WatchedResponse | null;
  [EXCHANGE]?: true;
}

/** The exchange of a request that a middleware has already seen. */
export const exchangeOf = (request: IncomingMessage): Exchange | undefined => (request as WatchedRequest)[EXCHANGE];

/**
 * Watches a request and its response until they have ended. What it puts on them are the same functions for all requests:
 * a request costs no closure, and what it does not need, it does not get.
 */
export function watch(exchange: Exchange): void {
  const { request, response }: { request: WatchedRequest; response: WatchedResponse } = exchange;
  request[EXCHANGE] = exchange;
  response[EXCHANGE] = exchange;
  response.write = write as ServerResponse['write'];
  response.end = end as ServerResponse['end'];
  response.on('close', close);
  if (mayHaveBody(request)) watchBody(exchange);
  if (request.httpVersionMajor > 1) keepScope(exchange);
  else watchConnection(request.socket);
}

function close(this: WatchedResponse): void {
  this[EXCHANGE]?.close();
}

/** Counts what goes through, and gives back what it would have given. */
function write(this: WatchedResponse, ...args: unknown[]): unknown {
  const exchange = this[EXCHANGE] as Exchange;
  // what is written after the end goes nowhere
  if (!this.writableEnded) exchange.sent += sizeOf(args[0], args[1]);
  return Reflect.apply(exchange.write, this, args);
}

function end(this: WatchedResponse, ...args: unknown[]): unknown {
  const exchange = this[EXCHANGE] as Exchange;
  const sent = exchange.sent + (this.writableEnded ? 0 : sizeOf(args[0], args[1]));
  exchange.sent = sent;
  const ended = Reflect.apply(exchange.end, this, args);
  // in HTTP/2 `end` has called `write`
  exchange.sent = sent;
  return ended;
}

/** Node calls who waits for a body in the context of the connection, which is not that of the request. */
function watchBody(exchange: Exchange): void {
  const { request } = exchange;
  exchange.push = request.push;
  request.push = push;
  keepScopeOfRequest(exchange);
}

function push(this: WatchedRequest, chunk: unknown, encoding?: BufferEncoding): boolean {
  const exchange = this[EXCHANGE] as Exchange;
  exchange.received += sizeOf(chunk, encoding);
  return (exchange.push as IncomingMessage['push']).call(this, chunk, encoding);
}

/** Once a connection: when it breaks, who waits for that is called in the scope of the request that was under way. */
function watchConnection(socket: Connection): void {
  if (socket[EXCHANGE] === true) return;
  socket[EXCHANGE] = true;
  socket.prependListener('close', breaks);
}

function breaks(this: Connection): void {
  const exchange = this._httpMessage?.[EXCHANGE];
  if (exchange !== undefined) keepScope(exchange);
}

function keepScope(exchange: Exchange): void {
  keepScopeOfRequest(exchange);
  exchange.emitOfResponse = exchange.response.emit;
  exchange.response.emit = emitOfResponse as ServerResponse['emit'];
}

function keepScopeOfRequest(exchange: Exchange): void {
  if (exchange.emitOfRequest !== undefined) return;
  exchange.emitOfRequest = exchange.request.emit;
  exchange.request.emit = emitOfRequest as IncomingMessage['emit'];
}

function emitOfRequest(this: WatchedRequest, ...args: unknown[]): unknown {
  const exchange = this[EXCHANGE] as Exchange;
  return emit(exchange, exchange.emitOfRequest as IncomingMessage['emit'], this, args);
}

function emitOfResponse(this: WatchedResponse, ...args: unknown[]): unknown {
  const exchange = this[EXCHANGE] as Exchange;
  if (args[0] === 'finish') exchange.isFinished = true;
  return emit(exchange, exchange.emitOfResponse as ServerResponse['emit'], this, args);
}

/** Enters the scope where it was lost; what the application emits in a scope of its own stays there. */
function emit(exchange: Exchange, method: (...args: never[]) => unknown, self: unknown, args: unknown[]): unknown {
  if (currentHolder() !== exchange.outer) return Reflect.apply(method, self, args);
  return exchange.scope.run(Reflect.apply, method, self, args);
}

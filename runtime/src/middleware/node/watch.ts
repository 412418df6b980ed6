import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { currentHolder } from '../../context/index.ts';
import type { RequestScope } from '../core/request-scope.ts';
import { mayHaveBody, sizeOf } from './body-size.ts';
import type { Exchange, Listened } from './exchange.ts';

/** By it a request and its response know their exchange; the same for all copies of the runtime. */
const EXCHANGE: unique symbol = Symbol.for('panoptic.exchange') as never;

/** On a connection: requests that were pipelined, whose responses wait for their turn. */
const QUEUED: unique symbol = Symbol.for('panoptic.queued') as never;

interface Watched {
  [EXCHANGE]?: Exchange;
}

type WatchedRequest = IncomingMessage & Watched;
type WatchedResponse = ServerResponse & Watched;

/** A connection, with the response that is being sent over it, as Node knows it. */
interface Connection extends Socket {
  _httpMessage?: WatchedResponse | null;
  [EXCHANGE]?: true;
  [QUEUED]?: Set<Exchange>;
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
  if (request.httpVersionMajor > 1) listenToResponse(exchange);
  else watchConnection(exchange);
}

function close(this: WatchedResponse): void {
  const exchange = this[EXCHANGE];
  if (exchange === undefined) return;
  const { socket }: { socket: Connection | null } = exchange.request;
  socket?.[QUEUED]?.delete(exchange);
  exchange.close();
}

/** Counts what goes through, and gives back what it would have given. */
function write(this: WatchedResponse, chunk: unknown, encoding?: BufferEncoding, callback?: () => void): boolean {
  const exchange = this[EXCHANGE] as Exchange;
  // what is written after the end goes nowhere
  if (!this.writableEnded) exchange.sent += sizeOf(chunk, encoding);
  return exchange.write.call(this, chunk, encoding as BufferEncoding, callback);
}

function end(this: WatchedResponse, chunk?: unknown, encoding?: BufferEncoding, callback?: () => void): unknown {
  const exchange = this[EXCHANGE] as Exchange;
  const sent = exchange.sent + (this.writableEnded ? 0 : sizeOf(chunk, encoding));
  exchange.sent = sent;
  const ended = exchange.end.call(this, chunk, encoding as BufferEncoding, callback);
  // in HTTP/2 `end` has called `write`
  exchange.sent = sent;
  return ended;
}

/** Node calls who waits for a body in the context of the connection, which is not that of the request. */
function watchBody(exchange: Exchange): void {
  listen(exchange);
  exchange.request.push = push;
}

function push(this: WatchedRequest, chunk: unknown, encoding?: BufferEncoding): boolean {
  const listened = (this[EXCHANGE] as Exchange).listened as Listened;
  listened.received += sizeOf(chunk, encoding);
  return listened.push.call(this, chunk, encoding);
}

/**
 * When a connection breaks, who waits for that is called in the scope of the request that was under way. Those that were
 * queued behind it end as well: Node tells their responses nothing.
 */
function watchConnection(exchange: Exchange): void {
  const { request, response } = exchange;
  const { socket }: { socket: Connection } = request;
  if (response.socket === null && !response.writableFinished) {
    socket[QUEUED] ??= new Set();
    socket[QUEUED].add(exchange);
  }
  // once a connection
  if (socket[EXCHANGE] === true) return;
  socket[EXCHANGE] = true;
  socket.prependListener('close', breaks);
}

function breaks(this: Connection): void {
  const underWay = this._httpMessage?.[EXCHANGE];
  if (underWay !== undefined) listenToResponse(underWay);
  for (const exchange of this[QUEUED] ?? []) {
    // it has had its turn, and is told
    if (exchange !== underWay) exchange.close();
  }
}

function listenToResponse(exchange: Exchange): void {
  const { response } = exchange;
  listen(exchange).emitOfResponse ??= response.emit;
  response.emit = emitOfResponse as ServerResponse['emit'];
}

function listen(exchange: Exchange): Listened {
  const { request, listened } = exchange;
  if (listened !== undefined) return listened;
  const { push, emit } = request;
  request.emit = emitOfRequest as IncomingMessage['emit'];
  exchange.listened = { push, emitOfRequest: emit, emitOfResponse: undefined, received: 0 };
  return exchange.listened;
}

function emitOfRequest(this: WatchedRequest, ...args: unknown[]): unknown {
  const { scope, listened } = this[EXCHANGE] as Exchange;
  return emit(scope, (listened as Listened).emitOfRequest, this, args);
}

function emitOfResponse(this: WatchedResponse, ...args: unknown[]): unknown {
  const exchange = this[EXCHANGE] as Exchange;
  const listened = exchange.listened as Listened;
  return emit(exchange.scope, listened.emitOfResponse as ServerResponse['emit'], this, args);
}

/** Enters the scope where it was lost; what the application emits in a scope of its own stays there. */
function emit(scope: RequestScope, method: (...args: never[]) => unknown, self: unknown, args: unknown[]): unknown {
  if (currentHolder() !== scope.outer) return Reflect.apply(method, self, args);
  return scope.run(Reflect.apply, method, self, args);
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { ReadableStream } from 'node:stream/web';

type Body = ConstructorParameters<typeof Response>[0];
type Handle = (request: Request, address?: string) => Promise<Response>;

/** Answers a request of `node:http` with a handler that speaks Fetch. Never rejects. */
export async function answerNode(
  handle: Handle,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  body: unknown = (incoming as { body?: unknown }).body,
): Promise<void> {
  // without a listener, a client that goes away while it is answered would end the application
  outgoing.on('error', () => {});
  try {
    const response = await handle(toRequest(incoming, body), incoming.socket.remoteAddress);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(await response.text());
    // what is left of a body that was not read, or not to its end
    if (!incoming.readableEnded) incoming.resume();
  } catch {
    // headers nobody can read, or a response that somebody else has begun
    if (!outgoing.headersSent) outgoing.statusCode = 400;
    outgoing.end();
  }
}

function toRequest(incoming: IncomingMessage, body: unknown): Request {
  const { method = 'GET', headers } = incoming;
  const isEncrypted = 'encrypted' in incoming.socket;
  const host = headers.host ?? headers[':authority'] ?? 'localhost';
  // behind a router, Express keeps the whole path apart
  const { originalUrl = incoming.url ?? '/' } = incoming as { originalUrl?: string };
  const url = new URL(`${isEncrypted ? 'https' : 'http'}://${host}${pathOf(originalUrl)}`);
  return new Request(url, {
    method,
    headers: toHeaders(headers),
    ...(method !== 'GET' && method !== 'HEAD' && { body: toBody(incoming, body), duplex: 'half' }),
  } as RequestInit);
}

/** Never a host, which decides whose pages may send: a path may begin with two slashes, and a target may be a whole address. */
function pathOf(target: string): string {
  if (target.startsWith('/')) return target;
  try {
    const { pathname, search } = new URL(target);
    return `${pathname.startsWith('/') ? '' : '/'}${pathname}${search}`;
  } catch {
    return '/';
  }
}

function toHeaders(headers: IncomingMessage['headers']): Headers {
  const result = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    // HTTP/2 has some of its own
    if (value === undefined || name.startsWith(':')) continue;
    for (const one of [value].flat()) result.append(name, one);
  }
  return result;
}

/** What a parser of the application has left: the stream, or what it has made of it. */
function toBody(incoming: IncomingMessage, parsed: unknown): Body {
  if (parsed === undefined || (!incoming.readableEnded && !incoming.readableDidRead)) {
    // read when it is asked for, and no further: what nobody has read can be let go of then, and the connection kept
    return ReadableStream.from(incoming.iterator({ destroyOnReturn: false })) as unknown as Body;
  }
  return typeof parsed === 'string' || parsed instanceof Uint8Array ? (parsed as Body) : JSON.stringify(parsed);
}

import type { IncomingMessage as NodeRequest, ServerResponse as NodeResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';

/** `upgrade`: Node has given the connection away, and answers nothing itself. */
type IncomingMessage = NodeRequest & { readonly upgrade?: boolean };

/** `stream`: in HTTP/2. */
type ServerResponse = NodeResponse & { readonly stream?: ServerHttp2Stream };

/**
 * Whether a response that has closed was handed over whole. In HTTP/1 Node takes it from its connection then, one that breaks stays.
 * One that somebody else gave its connection stays, too: in a test without a network that one is alive, and of what was upgraded
 * more is not known.
 */
export function isComplete(response: ServerResponse, { upgrade }: IncomingMessage): boolean {
  const { writableFinished, writableEnded, socket, stream } = response;
  // a stream that is cancelled has "finished" as well
  if (stream != null) return stream.writableFinished && !stream.aborted && stream.rstCode === 0;
  if (socket === null) return writableFinished;
  return socket.destroyed ? writableFinished && upgrade === true : writableEnded;
}

/** Whether something else than HTTP has gone over the connection of a request, such as a WebSocket. */
export const isUpgraded = ({ headersSent }: ServerResponse, { upgrade }: IncomingMessage): boolean =>
  upgrade === true && !headersSent;

/** What the application has broken its response off with; a client that goes away leaves nothing, or an error of Node's in HTTP/2. */
export function brokenOffWith({ errored, stream }: ServerResponse): Error | undefined {
  const error: NodeJS.ErrnoException | null | undefined = errored ?? stream?.errored;
  return error?.code?.startsWith?.('ERR_HTTP2_') ? undefined : (error ?? undefined);
}

import { type ClientRequest, type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { HttpFailure } from './failure.ts';

/** What an endpoint answered. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

/** An answer names refused events; what is longer is none of ours. */
const MAX_ANSWER_BYTES = 1024 * 1024;

const CONNECT_MS = 5_000;

const later = setTimeout;
const cancel = clearTimeout;

/** Sends requests to one address over connections that are kept. Follows no redirect. None of them keeps a process alive. */
export class Poster {
  readonly #url: URL;
  #agent: PlainAgent | undefined;

  constructor(url: URL) {
    this.#url = url;
  }

  /** Rejects with an `HttpFailure` when there is no whole answer. */
  post(body: Uint8Array, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> {
    const isTls = this.#url.protocol === 'https:';
    this.#agent ??= isTls ? new TlsAgent({ keepAlive: true }) : new PlainAgent({ keepAlive: true });
    const agent = this.#agent;
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => reject(signal.aborted ? signal.reason : unreachable(error));
      const options = { method: 'POST', headers: { ...headers, 'content-length': String(body.length) }, agent, signal };
      const request: ClientRequest = (isTls ? tlsRequest : plainRequest)(this.#url, options);
      request.on('error', fail);
      request.on('socket', (socket) => {
        socket.unref();
        limitConnecting(request, socket);
      });
      request.on('response', (response) => {
        readAnswer(response).then(resolve, fail);
      });
      request.end(body);
    });
  }

  close(): void {
    this.#agent?.destroy();
    this.#agent = undefined;
  }
}

/** A network that swallows everything would hold a process for minutes. */
function limitConnecting(request: ClientRequest, socket: Socket): void {
  if (!socket.connecting) return;
  const timer = later(() => request.destroy(new Error(`no connection within ${CONNECT_MS / 1000} s`)), CONNECT_MS);
  timer.unref();
  socket.once('connect', () => cancel(timer));
  socket.once('close', () => cancel(timer));
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const { statusCode: status = 0, headers } = response;
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes <= MAX_ANSWER_BYTES) parts.push(part);
  }
  const body = bytes <= MAX_ANSWER_BYTES ? Buffer.concat(parts).toString('utf8') : '';
  return { status, retryAfter: headers['retry-after'], body };
}

function unreachable(error: Error): HttpFailure {
  const { code, message } = error as NodeJS.ErrnoException;
  // several addresses were tried, and the message of that is empty
  return new HttpFailure(
    'PAN6532',
    `it cannot be reached (${message || code || error.name}). Check http.url and the network`,
  );
}

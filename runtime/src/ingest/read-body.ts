import type { IngestBody } from '../edge/wire.ts';
import { inTime } from './in-time.ts';
import type { ResolvedIngest } from './options.ts';
import { Rejection } from './rejection.ts';

/** What browsers put before JSON; a beacon says it is text, so that nobody has to be asked for permission. */
const TYPES = /^(?:text\/plain|application\/json)\s*(?:;|$)/i;

/** For a client that has not sent its body while the answer was due. Nothing more is read of the connection. */
const LATE = new Rejection(408, 'PAN3314', 'The body has not come in time.', { connection: 'close' });

/**
 * The body of a request, read no further than it may be long, and no longer than until `over`.
 * @throws Rejection, or TypeError where somebody has read the body before
 */
export async function readBody(
  request: Request,
  { maxBytes, maxEvents }: Pick<ResolvedIngest, 'maxBytes' | 'maxEvents'>,
  over: AbortSignal,
): Promise<IngestBody> {
  const type = request.headers.get('content-type');
  if (type !== null && !TYPES.test(type)) {
    throw new Rejection(415, 'PAN3312', 'The body must be text/plain or application/json.');
  }
  if ((request.headers.get('content-encoding') ?? 'identity') !== 'identity') {
    throw new Rejection(415, 'PAN3312', 'The body must not be compressed.');
  }
  const body = parse(await inTime(over, readText(request, maxBytes), () => LATE));
  if (body.events.length > maxEvents) {
    const message = `The body holds ${body.events.length} events; at most ${maxEvents} are taken at once.`;
    throw new Rejection(413, 'PAN3313', message);
  }
  return body;
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const message = `The body is larger than ${maxBytes} bytes.`;
  if (Number(request.headers.get('content-length')) > maxBytes) throw new Rejection(413, 'PAN3313', message);
  // one that has not said how long it is may have no end
  const tooLarge = new Rejection(413, 'PAN3313', message, { connection: 'close' });
  if (request.bodyUsed) throw new TypeError('the body has been read already; a hook may read request.clone()');
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of (request.body ?? []) as AsyncIterable<Uint8Array>) {
      bytes += part.length;
      if (bytes > maxBytes) throw tooLarge;
      parts.push(part);
    }
  } catch (error) {
    throw error === tooLarge ? error : new Rejection(400, 'PAN3314', 'The body has ended too soon.');
  }
  return Buffer.concat(parts).toString('utf8');
}

function parse(text: string): IngestBody {
  try {
    const { v, sent, events } = JSON.parse(text) as Partial<Record<keyof IngestBody, unknown>>;
    if (v === 1 && typeof sent === 'string' && Number.isFinite(Date.parse(sent)) && Array.isArray(events)) {
      return { v, sent, events };
    }
  } catch {
    // what is said is the same
  }
  throw new Rejection(400, 'PAN3314', 'The body is not { v: 1, sent, events } in JSON.');
}

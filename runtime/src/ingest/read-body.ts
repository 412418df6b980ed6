import type { IngestBody } from '../edge/wire.ts';
import type { ResolvedIngest } from './options.ts';
import { Rejection } from './rejection.ts';

/** What browsers put before JSON; a beacon says it is text, so that nobody has to be asked for permission. */
const TYPES = /^(?:text\/plain|application\/json)\s*(?:;|$)/i;

/** The body of a request, read no further than it may be long. @throws Rejection */
export async function readBody(
  request: Request,
  { maxBytes, maxEvents }: Pick<ResolvedIngest, 'maxBytes' | 'maxEvents'>,
): Promise<IngestBody> {
  const type = request.headers.get('content-type');
  if (type !== null && !TYPES.test(type)) {
    throw new Rejection(415, 'PAN3312', 'The body must be text/plain or application/json.');
  }
  if ((request.headers.get('content-encoding') ?? 'identity') !== 'identity') {
    throw new Rejection(415, 'PAN3312', 'The body must not be compressed.');
  }
  const body = parse(await readText(request, maxBytes));
  if (body.events.length > maxEvents) {
    const message = `The body holds ${body.events.length} events; at most ${maxEvents} are taken at once.`;
    throw new Rejection(413, 'PAN3313', message);
  }
  return body;
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const tooLarge = new Rejection(413, 'PAN3313', `The body is larger than ${maxBytes} bytes.`);
  if (Number(request.headers.get('content-length')) > maxBytes) throw tooLarge;
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > maxBytes) throw tooLarge;
    parts.push(part);
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

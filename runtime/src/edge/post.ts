import type { EdgeConfig } from './options.ts';
import type { Entry } from './outbox.ts';
import { isPage } from './page.ts';
import { CONTENT_TYPE, type IngestAnswer, toBody } from './wire.ts';

/** What has become of events that were sent. */
export type Fate =
  /** They are safe, but for those at these places, with the reason. */
  | { readonly kind: 'taken'; readonly refused: readonly { readonly index: number; readonly reason: string }[] }
  /** Something in them is refused for good. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** To be sent again. */
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterMs: number };

/** Answers that name the events and not the moment: the same events would get the same answer. */
const REFUSES_EVENTS: readonly number[] = [400, 413, 415, 422];

/** A page that goes lets requests go on that are marked so, up to 64 KiB together. */
const KEPT_ALIVE_BYTES = 60_000;
let keptAlive = 0;

const startTimer = setTimeout;
const stopTimer = clearTimeout;

/** Sends events once. Never rejects. */
export async function post(config: EdgeConfig, entries: readonly Entry[], timeoutMs: number): Promise<Fate> {
  const { endpoint, headers, token, credentials } = config;
  const abort = new AbortController();
  const timer = startTimer(() => abort.abort(), timeoutMs);
  const body = toBody(entries);
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes + 1, 0);
  const keepalive = isPage() && keptAlive + bytes <= KEPT_ALIVE_BYTES;
  if (keepalive) keptAlive += bytes;
  try {
    const given = typeof headers === 'function' ? headers() : headers;
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': CONTENT_TYPE, ...(token && { authorization: `Bearer ${token}` }), ...given },
      body,
      signal: abort.signal,
      // at an edge there is neither, and naming them is an error
      ...(isPage() && { keepalive, credentials }),
    } as RequestInit);
    return await fateOf(response);
  } catch (error) {
    return { kind: 'failed', reason: abort.signal.aborted ? 'no answer in time' : String(error), retryAfterMs: 0 };
  } finally {
    stopTimer(timer);
    if (keepalive) keptAlive -= bytes;
  }
}

async function fateOf(response: Response): Promise<Fate> {
  const { status } = response;
  const text = await response.text();
  if (!response.ok) {
    const reason = `${status} ${text.slice(0, 200)}`.trim();
    if (REFUSES_EVENTS.includes(status)) return { kind: 'refused', reason };
    return { kind: 'failed', reason, retryAfterMs: (Number(response.headers.get('retry-after')) || 0) * 1000 };
  }
  // a server of pages may answer anything with its index.html
  const answer = parse(text);
  if (typeof answer.accepted !== 'number') {
    return { kind: 'failed', reason: `${status}, and not as createIngest() does`, retryAfterMs: 0 };
  }
  return { kind: 'taken', refused: answer.refused ?? [] };
}

function parse(text: string): Partial<IngestAnswer> {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

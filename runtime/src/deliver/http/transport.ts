import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { maskUri } from '../../config/mask-uri.ts';
import { type Parsers, readOptions } from '../../config/read-options.ts';
import { flag, headers, httpUrl, oneOf } from '../../config/values.ts';
import { toBillingEvent } from '../billing-event.ts';
import type { Acknowledgement, FrozenEvent, Refusal, Transport } from '../transport.ts';
import { readAcknowledgement } from './answer.ts';
import { statusFailure } from './failure.ts';
import { type Answer, Poster } from './post.ts';

export interface HttpTransportOptions {
  /** Where events are posted, http or https. A user and a password in it are sent as Basic authorization. */
  readonly url: string;
  /** Sent with every request, such as `authorization`; never shown. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Body of a request: one event a line, or one array. Default `ndjson`. */
  readonly format?: 'ndjson' | 'json';
  /** Compress bodies with gzip. Default false. */
  readonly compressionEnabled?: boolean;
}

/** Answers that name the events and not the moment: the same events would get the same answer. */
const REFUSES_EVENTS: ReadonlySet<number> = new Set([400, 413, 422]);

const compress = promisify(gzip);

/**
 * Posts events in JSON form (`BillingEvent`). The header `idempotency-key` is the same for the same events; each event also
 * carries its `_id`, by which an endpoint can tell a repetition.
 *
 * - 2xx: the endpoint has them all, but for those that the body names: `{ "refused": [{ "index": 3, "reason": "…" }] }`.
 *   207 has to have that body.
 * - 400, 413, 422: something in the batch is refused for good. It is halved until the event stands alone.
 * - everything else: sent again later, not before `Retry-After`. Redirects are not followed.
 *
 * @throws PanopticError that lists every option that is wrong
 */
export function httpTransport(options: HttpTransportOptions): Transport {
  return new HttpTransport(readOptions('httpTransport', options, PARSERS, ['url']));
}

const PARSERS: Parsers<HttpTransportOptions> = {
  url: httpUrl,
  headers,
  format: /* @__PURE__ */ oneOf(['ndjson', 'json']),
  compressionEnabled: flag,
};

/** A part of a batch: the events and their places in it. */
interface Part {
  readonly lines: readonly string[];
  readonly ids: readonly string[];
  readonly places: readonly number[];
}

class HttpTransport implements Transport {
  readonly version = 1;
  readonly name: string = 'http';
  /** As many as the preset allows. */
  readonly concurrency: number = Number.POSITIVE_INFINITY;
  readonly destination: string;
  readonly #options: HttpTransportOptions;
  readonly #poster: Poster;
  /** The endpoint has taken an event: a refusal is about the event, and not about us. */
  #hasTaken = false;

  constructor(options: HttpTransportOptions) {
    this.destination = maskUri(options.url);
    this.#options = options;
    this.#poster = new Poster(new URL(options.url));
  }

  async send(events: readonly FrozenEvent[], signal: AbortSignal): Promise<Acknowledgement> {
    const { part, refused } = toPart(events);
    if (part.lines.length === 0) return { refused };
    const sent = await this.#send(part, signal);
    // An endpoint that refuses everything does not speak this language: no fault of the events, which must not be set aside.
    const everything = sent.refused.length === part.lines.length && sent.byStatus !== undefined;
    if (everything && (part.lines.length > 1 || !this.#hasTaken)) throw statusFailure(sent.byStatus ?? 0, undefined);
    return { refused: [...refused, ...sent.refused] };
  }

  async close(): Promise<void> {
    this.#poster.close();
  }

  /** Sends a part; where it is refused as a whole, both halves. `byStatus`: the last status that refused a single event. */
  async #send(part: Part, signal: AbortSignal): Promise<{ refused: readonly Refusal[]; byStatus: number | undefined }> {
    const answer = await this.#post(part, signal);
    const { status, retryAfter, body } = answer;
    if (status >= 200 && status < 300) {
      const named = readAcknowledgement(answer, part.lines.length);
      this.#hasTaken ||= named.length < part.lines.length;
      const refused = named.map(({ index, reason }) => ({
        index: part.places[index] ?? -1,
        reason: this.#masked(reason),
      }));
      return { refused, byStatus: undefined };
    }
    if (!REFUSES_EVENTS.has(status)) throw statusFailure(status, retryAfter);
    if (part.lines.length === 1) {
      const reason = `the endpoint answers ${status} ${body.slice(0, 200)}`.replace(/\s+/g, ' ').trim();
      return { refused: [{ index: part.places[0] ?? -1, reason: this.#masked(reason) }], byStatus: status };
    }
    const middle = part.lines.length >> 1;
    const first = await this.#send(slice(part, 0, middle), signal);
    const second = await this.#send(slice(part, middle), signal);
    return { refused: [...first.refused, ...second.refused], byStatus: second.byStatus ?? first.byStatus };
  }

  /** An endpoint may repeat in its answer what it was sent. */
  #masked(reason: string): string {
    const { username, password } = new URL(this.#options.url);
    const secrets = [...Object.values(this.#options.headers ?? {}), username, decodeURIComponent(password)];
    return secrets.reduce((text, secret) => (secret.length < 4 ? text : text.replaceAll(secret, '***')), reason);
  }

  async #post({ lines, ids }: Part, signal: AbortSignal): Promise<Answer> {
    const { format = 'ndjson', compressionEnabled = false, headers = {} } = this.#options;
    const text = format === 'json' ? `[${lines.join(',')}]` : `${lines.join('\n')}\n`;
    const body = compressionEnabled ? await compress(text) : Buffer.from(text);
    return this.#poster.post(
      body,
      {
        'user-agent': 'panoptic',
        'content-type': format === 'json' ? 'application/json' : 'application/x-ndjson',
        ...(compressionEnabled ? { 'content-encoding': 'gzip' } : {}),
        'idempotency-key': createHash('sha256').update(ids.join()).digest('hex').slice(0, 32),
        ...headers,
      },
      signal,
    );
  }
}

/** What can be written as JSON, and what cannot. */
function toPart(events: readonly FrozenEvent[]): { part: Part; refused: Refusal[] } {
  const lines: string[] = [];
  const ids: string[] = [];
  const places: number[] = [];
  const refused: Refusal[] = [];
  for (const [index, event] of events.entries()) {
    try {
      lines.push(JSON.stringify(toBillingEvent(event)));
      ids.push(event.id);
      places.push(index);
    } catch (error) {
      refused.push({ index, reason: `the document is no event: ${(error as Error).message}` });
    }
  }
  return { part: { lines, ids, places }, refused };
}

const slice = ({ lines, ids, places }: Part, from: number, to?: number): Part => ({
  lines: lines.slice(from, to),
  ids: ids.slice(from, to),
  places: places.slice(from, to),
});

/** Why the endpoint did not take events, what to do, and when it wants to be asked again. Holds no header and no credential. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  /** `PAN6531`: it answered otherwise; `PAN6532`: it did not answer. */
  readonly code: 'PAN6531' | 'PAN6532';
  /** Time after which the endpoint wants to be asked again, ms. */
  readonly retryAfterMs: number | undefined;

  constructor(code: HttpFailure['code'], message: string, retryAfterMs?: number) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

const ADVICE: Readonly<Record<number, string>> = {
  401: 'Check the header authorization (PANOPTIC_HTTP_AUTHORIZATION or http.headers).',
  403: 'Check what the account of the header authorization may do.',
  404: 'Check the path of http.url.',
  405: 'Check the path of http.url: it takes no POST.',
  408: 'If that goes on, lower maxEventsPerBatch.',
  415: 'The endpoint has to take application/x-ndjson (with compressionEnabled, gzip).',
  429: 'It asks for fewer requests: raise maxEventsPerBatch if that goes on.',
};

/** A failure for a status that says nothing about a single event. */
export function statusFailure(status: number, retryAfter: string | undefined): HttpFailure {
  const moved = status >= 300 && status < 400;
  const advice = moved ? 'It has moved, and redirects are not followed: set http.url to where it is.' : ADVICE[status];
  const message = `it answers ${status}${advice === undefined ? '' : `. ${advice}`}`;
  return new HttpFailure('PAN6531', message.replace(/\.$/, ''), retryAfterMs(retryAfter));
}

/** `Retry-After` in seconds or as a date; ms. */
function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return ms > 0 ? ms : undefined;
}

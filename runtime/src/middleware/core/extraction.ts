import type { ExecutionMetadata } from '../../context/metadata.types.ts';
import { errorText } from '../../diagnostics/error-text.ts';
import { heed } from '../../diagnostics/heed.ts';
import { say, tally } from '../../diagnostics/say.ts';
import type { MappedRequest } from './options.ts';
import type { ResolvedHttpOptions } from './resolve.ts';

/** What the application's own functions have said about a request. */
export interface Extracted {
  readonly metadata: ExecutionMetadata | undefined;
  readonly mapped: MappedRequest | undefined;
}

const NOTHING: Extracted = { metadata: undefined, mapped: undefined };

// captured, so that a test's fake clock does not hold up requests
const later = setTimeout;
const cancel = clearTimeout;

type Asked<Request> = (request: Request) => unknown;

/**
 * Asks both functions; a promise only where one of them gives one. Neither throws nor rejects, and takes at most
 * `extractionTimeoutMs`: what has not come by then is left out.
 */
export function extract<Request>(
  options: ResolvedHttpOptions<Request>,
  request: Request,
): Extracted | Promise<Extracted> {
  const { extractMetadata, mapRequest } = options;
  if (extractMetadata === undefined && mapRequest === undefined) return NOTHING;
  const metadata = ask(options, 'extractMetadata', extractMetadata, request);
  const mapped = ask(options, 'mapRequest', mapRequest, request);
  if (!isThenable(metadata) && !isThenable(mapped)) return extracted(metadata, mapped);
  return Promise.all([metadata, mapped]).then(([metadata, mapped]) => extracted(metadata, mapped));
}

function ask<Request>(
  options: ResolvedHttpOptions<Request>,
  name: string,
  asked: Asked<Request> | undefined,
  request: Request,
): unknown {
  try {
    const answer = asked?.(request);
    return isThenable(answer) ? within(options, name, answer, request) : answer;
  } catch (error) {
    extractionFailed(options, name, error, request);
    return undefined;
  }
}

/** Resolves with the answer, or with undefined when it fails or does not come in time. */
function within<Request>(
  options: ResolvedHttpOptions<Request>,
  name: string,
  answer: PromiseLike<unknown>,
  request: Request,
): Promise<unknown> {
  const { extractionTimeoutMs } = options;
  return new Promise((resolve) => {
    let isWaiting = true;
    const timer: unknown = later(() => {
      isWaiting = false;
      extractionFailed(options, name, new ExtractionTimeout(name, extractionTimeoutMs), request);
      resolve(undefined);
    }, extractionTimeoutMs);
    (timer as { unref?(): void }).unref?.();
    Promise.resolve(answer).then(
      (value) => {
        cancel(timer as number);
        resolve(value);
      },
      (error) => {
        cancel(timer as number);
        // once the time is up, the request has gone on and that has been said
        if (isWaiting) extractionFailed(options, name, error, request);
        resolve(undefined);
      },
    );
  });
}

/** What `onMetadataExtractionError` is given when a function does not answer in time. */
export class ExtractionTimeout extends Error {
  override readonly name: string = 'ExtractionTimeout';
  readonly code: string = 'PAN3202';

  constructor(asked: string, ms: number) {
    super(`${asked} has not answered within ${ms} ms (extractionTimeoutMs)`);
  }
}

/** Says or counts, as the application wants it, that a function of its own has failed. Never throws. */
export function extractionFailed<Request>(
  { onMetadataExtractionError: policy }: ResolvedHttpOptions<Request>,
  name: string,
  error: unknown,
  request: Request,
): void {
  const code = error instanceof ExtractionTimeout ? error.code : 'PAN3201';
  if (policy === 'report') {
    const cause = error instanceof ExtractionTimeout ? error.message : `${name} failed: ${errorText(error)}`;
    say(code, `${cause}. The request goes on without what it would have given.`, `${code} ${name}`);
    return;
  }
  tally(code);
  if (policy === 'ignore') return;
  try {
    heed(policy(error, request), () => tally(code));
  } catch {
    tally(code);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

function extracted(metadata: unknown, mapped: unknown): Extracted {
  return { metadata: isObject(metadata) ? metadata : undefined, mapped: isObject(mapped) ? mapped : undefined };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

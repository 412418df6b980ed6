import type { ResolvedIngest } from './options.ts';

/**
 * Headers that let a page of another origin send and read the answer; undefined where its origin may not. A request without
 * an origin comes from no page.
 */
export function corsHeaders(
  request: Request,
  { origins }: Pick<ResolvedIngest, 'origins'>,
): Record<string, string> | undefined {
  const origin = request.headers.get('origin');
  if (origin === null || isSame(request, origin)) return {};
  if (origins === '*') return { ...READABLE, 'access-control-allow-origin': ANY };
  if (!origins.includes(origin)) return undefined;
  return {
    ...READABLE,
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    vary: 'origin',
  };
}

const ANY = '*';

/** Of an answer, a page of another origin sees no header but what is named here. */
const READABLE = { 'access-control-expose-headers': 'retry-after' };

/**
 * What a page that everybody may be says, without cookies: a browser sends them along also where it keeps the answer
 * from the page.
 */
export function withoutCookies(request: Request, cors: Record<string, string>): Request {
  if (cors['access-control-allow-origin'] !== ANY || !request.headers.has('cookie')) return request;
  const headers = new Headers(request.headers);
  headers.delete('cookie');
  return new Request(request, { headers });
}

/** For the question a browser asks before a request with headers of its own. */
export const preflightHeaders = (request: Request): Record<string, string> => ({
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': request.headers.get('access-control-request-headers') ?? 'content-type',
  'access-control-max-age': '7200',
});

/** A page cannot set any of these headers: browsers do, and a proxy in front that passes on another host. */
function isSame({ url, headers }: Request, origin: string): boolean {
  if (headers.get('sec-fetch-site') === 'same-origin') return true;
  const hosts = [new URL(url).host, headers.get('host'), headers.get('x-forwarded-host')];
  return hosts.some((host) => host !== null && host === hostOf(origin));
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    // 'null', of a page in a sandbox
    return undefined;
  }
}

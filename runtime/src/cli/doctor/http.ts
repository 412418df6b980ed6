import { maskUri, maskUris } from '../../config/mask-uri.ts';
import type { Config } from '../../config/options.ts';
import { type Check, ok, problem } from './check.ts';
import { checkClock } from './clock.ts';

const TIMEOUT_MS = 5000;

/** Whether the endpoint answers, and to this authorization. Sends no event: `HEAD` alone. */
export async function checkHttp({ http }: Config): Promise<Check[]> {
  if (http === undefined) return [];
  const place = maskUri(http.url);
  const sent = Date.now();
  try {
    const { url, headers } = http;
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetch(url, { method: 'HEAD', headers: { ...headers }, redirect: 'manual', signal });
    const date = Date.parse(answer.headers.get('date') ?? '');
    // `Date` has whole seconds: the middle of the one it names is the best guess
    const clock = Number.isNaN(date) ? [] : checkClock('http', place, date + 500, sent, Date.now());
    return [checkStatus(place, answer.status), ...clock];
  } catch (error) {
    const { message, cause } = error as Error & { cause?: Error };
    const reason = maskUris(cause?.message || message);
    const advice = 'Check the address, that it runs, and the network. Events wait in the log until it answers.';
    return [problem('http', 'PAN6146', `${place} does not answer: ${reason}.`, { advice })];
  }
}

function checkStatus(place: string, status: number): Check {
  if (status === 401 || status === 403) {
    const advice = 'Check PANOPTIC_HTTP_AUTHORIZATION or http.headers.';
    return problem('http', 'PAN6147', `${place} refuses the account (${status}).`, { advice });
  }
  if (status === 404 || status >= 500 || (status >= 300 && status < 400)) {
    const advice = 'Check the path of PANOPTIC_HTTP_URL; redirects are not followed.';
    return problem('http', 'PAN6147', `${place} answers ${status}.`, { advice });
  }
  return ok('http', `${place} answers (${status} to HEAD).`);
}

import { reachesForeign } from './foreign.ts';

/** Beginnings of the `digest` of what Next's `redirect`, `notFound`, `forbidden` and `unauthorized` throw. */
const NAVIGATIONS = ['NEXT_REDIRECT', 'NEXT_HTTP_ERROR_FALLBACK'];

/** Next leaves a function by a throw to go to another page; the function has done its work, and nothing has failed. */
export function isNavigation(thrown: unknown): boolean {
  try {
    if (typeof thrown !== 'object' || thrown === null || reachesForeign(thrown)) return false;
    const { digest } = thrown as { digest?: unknown };
    return typeof digest === 'string' && NAVIGATIONS.some((beginning) => digest.startsWith(beginning));
  } catch {
    return false;
  }
}

import { isNavigation } from '../../instrument/navigation.ts';

/**
 * The status that Next answers with where a handler is left by `redirect`, `notFound` and their kin; undefined for every other
 * error. It is the one number in their `digest`: `NEXT_REDIRECT;replace;/tickets;307;`, `NEXT_HTTP_ERROR_FALLBACK;404`.
 */
export function navigationStatus(thrown: unknown): number | undefined {
  if (!isNavigation(thrown)) return undefined;
  const parts = (thrown as { digest: string }).digest.split(';');
  return Number(parts.findLast((part) => /^\d{3}$/.test(part)) ?? 307);
}

import { withoutKnownSecrets } from '../event/secrets.ts';
import { cutText, MAX_MESSAGE } from '../instrument/errors.ts';

/**
 * What an error of somebody else's says, for a message of ours: without secrets, and cut before they are looked for, as a
 * text may have any length. Anything can be thrown, also what no text can be made of. Never throws.
 */
export function errorText(error: unknown): string {
  return shown(() => error, error);
}

/** As `errorText`, without the name of the error's class. */
export function messageText(error: unknown): string {
  return shown(() => {
    const { message } = (error ?? {}) as { message?: unknown };
    return typeof message === 'string' ? message : error;
  }, error);
}

function shown(read: () => unknown, error: unknown): string {
  try {
    return withoutKnownSecrets(cutText(read(), MAX_MESSAGE));
  } catch {
    return typeof error;
  }
}

import { messageText } from '../diagnostics/error-text.ts';

/**
 * What a transport has failed with, in a form that everything behind it can read: anything can be thrown, and a message that
 * is no text, or that throws when it is read, must not stop delivery, or end the application as an unhandled rejection.
 */
export function readableError(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return new Error(messageText(error));
  try {
    const { name, message, code, cause } = error as Partial<NodeJS.ErrnoException>;
    if (isText(name) && isText(code) && typeof message === 'string' && isReadable(cause)) return error;
  } catch {
    // a getter, or a proxy
  }
  return new Error(messageText(error));
}

const isText = (value: unknown): boolean =>
  value === undefined || typeof value === 'string' || typeof value === 'number';

function isReadable(cause: unknown): boolean {
  const { message, code } = (cause ?? {}) as { message?: unknown; code?: unknown };
  return isText(message) && isText(code);
}

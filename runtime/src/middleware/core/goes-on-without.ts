import { maskUris } from '../../config/mask-uri.ts';
import { say } from '../../diagnostics/say.ts';

/** Says that something of ours has failed, and that the request was not told. Never throws. */
export function goesOnWithout(error: unknown): void {
  let message = 'an error that cannot be shown';
  try {
    message = maskUris(String(error));
  } catch {
    // its own toString
  }
  say('PAN3204', `The middleware failed: ${message}. The request goes on without being recorded.`);
}

import { errorText } from '../../diagnostics/error-text.ts';
import { say } from '../../diagnostics/say.ts';

/** Says that something of ours has failed, and that the request was not told. Never throws. */
export function goesOnWithout(error: unknown): void {
  say('PAN3204', `The middleware failed: ${errorText(error)}. The request goes on without being recorded.`);
}

import { say } from '../diagnostics/say.ts';
import { runtimeState } from '../instrument/state.ts';

/** Counts a line at a billing level that is no event, and says so. */
export function refuseLine(reason: string): void {
  const { extensions } = runtimeState();
  const refused = ((extensions.refusedLines as number | undefined) ?? 0) + 1;
  extensions.refusedLines = refused;
  say('PAN6551', `A log line is no billing event: ${reason}. So far there were ${refused} such lines.`, reason);
}

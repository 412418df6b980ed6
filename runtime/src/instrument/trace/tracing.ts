import { runtimeState } from '../state.ts';

/**
 * What the option `trace` says, else its variable, which must count before the configuration is read with the first
 * event. Undefined where neither is set: annotated functions are traced as they were built, and nothing else is.
 */
export function tracing(): boolean | undefined {
  const { trace } = runtimeState();
  if (trace !== undefined) return trace;
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  switch (process?.env?.PANOPTIC_TRACE) {
    case '1':
    case 'true':
      return true;
    case '0':
    case 'false':
      return false;
    default:
      return undefined;
  }
}

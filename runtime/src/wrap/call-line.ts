import { heed } from '../diagnostics/heed.ts';
import { OUTCOME } from '../instrument/batch.ts';
import { merge } from '../instrument/merge.ts';
import type { CallEnd } from '../instrument/site.types.ts';
import { sayThrown } from './finders.ts';
import type { CallLogger } from './options.types.ts';
import type { WrapSettings } from './read-options.ts';

const OUTCOMES = ['ok', 'error', 'aborted'] as const;

/**
 * Writes a line for each call of a wrapped function, with what its event says. Undefined where there is no logger.
 * @param of name of the function
 */
export function callLine(
  of: string,
  { logger, provider, literals }: Pick<WrapSettings, 'logger' | 'provider' | 'literals'>,
): ((end: CallEnd) => void) | undefined {
  if (logger === undefined) return undefined;
  const fields = { provider: provider.name, function_name: of };
  const refused = (error: unknown): void => sayThrown('logger', of, error, 'Calls are recorded');
  return ({ outcome, durationMs, values, thrown }) => {
    const failed = outcome === OUTCOME.error;
    const level = failed ? 'error' : 'debug';
    const said = OUTCOMES[outcome];
    try {
      if (logger.isLevelEnabled?.(level) === false) return;
      const line = { ...fields, ...merge(literals, values), outcome: said, duration_ms: durationMs };
      const written: unknown = logger[level](
        withoutBindings(failed ? { ...line, err: thrown } : line, logger),
        `${of}: ${said}`,
      );
      heed(written, refused);
    } catch (error) {
      refused(error);
    }
  };
}

/** What every line of the logger says already would stand twice in its JSON. */
function withoutBindings(line: object, logger: CallLogger): object {
  const bound = logger.bindings?.() ?? {};
  return Object.fromEntries(Object.entries(line).filter(([name]) => !Object.hasOwn(bound, name)));
}

import type { Tally } from './tally.ts';

const isQuiet = (): boolean => process.env.PANOPTIC_QUIET === '1';

/** The line at the end of a build that succeeded, and what is worth a warning. */
export interface Summary {
  readonly line: string | undefined;
  readonly warnings: readonly string[];
}

const NOTHING =
  'Panoptic: 0 functions. No function with `/** @billable provider=… */` reached this build: check the option `include`, ' +
  'and that this plugin stands before every plugin that removes comments.';

/**
 * Sums a build up.
 *
 * @param client true when all of the build is for a browser
 * @param toServer how this bundler is told that code runs on a server
 */
export function summarise(tally: Tally, client: boolean, toServer: string): Summary {
  const { unrecorded } = tally;
  const warnings: string[] = [];
  if (unrecorded) {
    warnings.push(
      `Panoptic: client code records nothing (client: 'off'): ${unrecorded}. If this code runs on a server, ${toServer}.`,
    );
  }
  if (!client && tally.functions === 0) warnings.push(NOTHING);
  const where = client ? ' of client code, whose events count as untrusted' : '';
  const line = tally.functions > 0 && !isQuiet() ? `Panoptic: ${tally.summary}${where}` : undefined;
  return { line, warnings: isQuiet() ? [] : warnings };
}

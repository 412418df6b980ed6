import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Tally } from '../tally.ts';

const QUOTED = (group: number): string => `(["'\`])((?:\\\\.|(?!\\${group}).)*)\\${group}`;

/** The beginning of what a build knows of a function. Minifiers change its quotes and white space. */
const SITE = new RegExp(
  `\\bid:\\s*["'\`]([0-9a-f]{16})["'\`],\\s*name:\\s*${QUOTED(2)},\\s*file:\\s*${QUOTED(4)}`,
  'g',
);

/**
 * Counts the recorded functions in the output for servers. The output says what was built: a loader is not called for
 * what comes out of a cache, and the processes it runs in know nothing of each other.
 */
export function sitesIn(folder: string): Tally {
  const files = new Map<string, Set<string>>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.[cm]?js$/.test(name)) continue;
    for (const [, id = '', , , , file = ''] of readFileSync(path.join(folder, name), 'utf8').matchAll(SITE)) {
      files.set(file, (files.get(file) ?? new Set()).add(id));
    }
  }
  const tally = new Tally();
  for (const [file, ids] of files) tally.note(file, ids.size, true);
  return tally;
}

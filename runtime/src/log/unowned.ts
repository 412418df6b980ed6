import path from 'node:path';
import { say } from '../diagnostics/say.ts';
import { segmentsOf } from './layout.ts';
import { hasExpired } from './lease.ts';
import { isChecked } from './repair.ts';

/** What to do about a folder whose owner nobody can tell, for a person. */
export const UNOWNED_ADVICE: string =
  'make it readable, or copy it from another folder there that has the same destination';

/** Folders that were named. */
const named: Set<string> = new Set();

/**
 * Names a folder, once, that holds events and does not say whose they are: nobody ships them. Not while somebody may be writing
 * it, who ships them himself. Never throws.
 */
export function nameUnowned(folder: string): void {
  if (named.has(folder) || segmentsOf(folder).length === 0) return;
  if (!isChecked(folder) && !hasExpired(folder)) return;
  named.add(folder);
  const what = `${folder} holds events, but no readable file owner, so that nobody ships them`;
  say('PAN6305', `${what}: ${UNOWNED_ADVICE}.`, path.basename(folder));
}

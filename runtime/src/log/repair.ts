import { existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { say } from '../diagnostics/say.ts';
import { writeFileSynced } from './durable.ts';
import { type LogProblem, readFolder } from './folder-reader.ts';
import { ownerFolders, quarantineFolder, segmentPath } from './layout.ts';
import { type Owner, ownerState, readOwner } from './owner.ts';

/**
 * Looks once through every folder whose writer is dead: a torn end is cut off, bytes that are no record are
 * copied into the quarantine, each named on stderr. A folder that was looked through is marked and not read again.
 * Two processes may do this at once: both come to the same result.
 */
export function* repairLog(dir: string, self: Owner): Generator<string, void> {
  for (const folder of ownerFolders(dir)) {
    if (existsSync(path.join(folder, 'checked')) || ownerState(readOwner(folder), self) !== 'dead') continue;
    repairFolder(dir, folder);
    yield folder;
  }
}

/** As `repairLog`, one folder. Never throws: what cannot be repaired now is read around and tried at the next start. */
export function repairFolder(dir: string, folder: string): void {
  try {
    for (const _ of readFolder(folder, { onProblem: (problem) => handle(dir, problem) }));
    markChecked(folder);
  } catch (error) {
    // another process has taken the folder over
    if (!existsSync(folder)) return;
    say('PAN6301', `${folder} could not be repaired: ${(error as Error).message}. Its good records are read.`);
  }
}

/** Notes that a folder ends with a good record and that nobody writes to it. */
export function markChecked(folder: string): void {
  writeFileSync(path.join(folder, 'checked'), '');
}

function handle(dir: string, problem: LogProblem): void {
  const { kind, folder, owner, segment, offset, bytes } = problem;
  const file = segmentPath(folder, segment);
  if (kind === 'torn') {
    truncateSync(file, offset);
    say('PAN6302', `${file} ended in a torn record; its last ${bytes.length} bytes were cut off.`, file);
    return;
  }
  const kept = path.join(quarantineFolder(dir), `${owner}-${segment}-${offset}.bad`);
  if (existsSync(kept)) return;
  mkdirSync(quarantineFolder(dir), { recursive: true });
  writeFileSynced(kept, bytes);
  say(
    'PAN6303',
    `${file} holds ${bytes.length} bytes at offset ${offset} that are no record; a copy is in ${kept}, the rest is read.`,
    kept,
  );
}

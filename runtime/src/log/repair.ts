import { existsSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { say } from '../diagnostics/say.ts';
import { makeFolder, writeFileSynced } from './durable.ts';
import { type LogGap, type LogProblem, readFolder } from './folder-reader.ts';
import { ownerFolders, quarantineFolder, segmentPath } from './layout.ts';
import { type Owner, ownerState, readOwner } from './owner.ts';
import { FORMAT } from './record.ts';

const nextTurn = setImmediate;

/**
 * Looks once through every folder whose writer is dead: a torn end is cut off, bytes that are no record are
 * copied into the quarantine, each named on stderr. A folder that was looked through is marked and not read again.
 * Two processes may do this at once: both come to the same result.
 */
export function* repairLog(dir: string, self: Owner): Generator<string, void> {
  for (const folder of ownerFolders(dir)) {
    const owner = readOwner(folder);
    if (isChecked(folder) || ownerState(owner, self) !== 'dead') continue;
    // what a later version has written may look damaged to this one
    if (owner && owner.format > FORMAT) continue;
    if (repairFolder(folder)) noteChecked(folder);
    yield folder;
  }
}

/** `repairLog`, a folder a turn, so that a long history does not hold the application up. */
export function repairInTurns(dir: string, self: Owner): void {
  const repairs = repairLog(dir, self);
  const next = (): void => {
    nextTurn(() => {
      if (!repairs.next().done) next();
    }).unref();
  };
  next();
}

/** As `repairLog`, one folder, which is not marked. Returns false when it could not be repaired: then its good records are read. Never throws. */
export function repairFolder(folder: string): boolean {
  try {
    for (const _ of readFolder(folder, { onProblem: repair }));
    return existsSync(folder);
  } catch (error) {
    // another process has taken the folder over
    if (!existsSync(folder)) return false;
    say('PAN6301', `${folder} could not be repaired: ${(error as Error).message}. Its good records are read.`);
    return false;
  }
}

/** Notes that a folder ends with a good record, that nobody writes to it and that nobody ships it. Throws the system's error. */
export function markChecked(folder: string): void {
  writeFileSync(path.join(folder, 'checked'), '');
}

/** Without a note the folder is looked through once more at the next start. */
function noteChecked(folder: string): void {
  try {
    markChecked(folder);
  } catch {
    // another process has taken the folder over, or the disk is full
  }
}

export const isChecked = (folder: string): boolean => existsSync(path.join(folder, 'checked'));

function repair(problem: LogProblem): void {
  if (problem.kind === 'corrupt') {
    quarantine(problem);
    return;
  }
  const file = segmentPath(problem.folder, problem.segment);
  truncateSync(file, problem.offset);
  const { length } = problem.bytes;
  say('PAN6302', `${file} ended in a torn record; its last ${length} bytes were cut off.`, file);
}

/** Copies bytes that are no record beside the log and names them, once. Throws the system's error. */
export function quarantine({ folder, owner, segment, offset, bytes }: LogProblem): void {
  const quarantined = quarantineFolder(path.dirname(path.dirname(folder)));
  const kept = path.join(quarantined, `${owner}-${segment}-${offset}.bad`);
  if (existsSync(kept)) return;
  makeFolder(quarantined);
  writeFileSynced(kept, bytes);
  const place = `${segmentPath(folder, segment)} holds ${bytes.length} bytes at offset ${offset} that are no record`;
  say('PAN6303', `${place}; a copy is in ${kept}, the rest is read.`, kept);
}

/** Names records that were lost after they had been written: there is nothing of them to set aside. */
export function nameGap({ folder, segment, offset, records }: LogGap): void {
  const file = segmentPath(folder, segment);
  const what = `${records} ${records === 1 ? 'record is' : 'records are'} missing before ${file} at ${offset}`;
  const reason = 'the end of a file was cut off, by a power cut or a failing disk';
  say('PAN6304', `${what}: ${reason}. The rest is read; a backup may hold them.`, `${file} ${offset}`);
}

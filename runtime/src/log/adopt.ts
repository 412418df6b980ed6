import { randomBytes } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import { syncFolder } from './durable.ts';
import { logFolder, ownerFolders } from './layout.ts';
import { isSameProcess, type Owner, ownerState, readOwner, writeOwner } from './owner.ts';
import { FORMAT } from './record.ts';
import { repairFolder } from './repair.ts';

/**
 * Takes over the spools whose writers are provably dead, and what this process itself closed earlier; returns their folders, repaired.
 * The rename is atomic, so of several processes one gets each folder. Should another one still have believed the old
 * owner, both ship the same events, and their ids make that one delivery.
 */
export function adoptOrphans(dir: string, self: Owner): string[] {
  const adopted: string[] = [];
  for (const folder of ownerFolders(dir)) {
    const owner = readOwner(folder);
    const closed = existsSync(path.join(folder, 'checked'));
    // what a later version has written is for that version to ship
    if (owner?.role !== 'spool' || owner.format > FORMAT) continue;
    if (ownerState(owner, self) !== 'dead' && !(closed && isSameProcess(owner, self))) continue;
    const [origin] = path.basename(folder).split('~');
    const target = path.join(logFolder(dir), `${origin}~${self.pid}-${randomBytes(4).toString('hex')}`);
    try {
      renameSync(folder, target);
      writeOwner(target, self);
      syncFolder(logFolder(dir));
    } catch {
      continue; // somebody else was faster
    }
    if (!closed) repairFolder(target);
    adopted.push(target);
  }
  return adopted;
}

import { rmSync } from 'node:fs';
import path from 'node:path';
import { type Destination, prepareFolder } from './destination.ts';
import { makeFolder, syncFolder } from './durable.ts';
import { logFolder } from './layout.ts';
import { holdLease, releaseLease } from './lease.ts';
import { type Owner, ownerFolderName, writeOwner } from './owner.ts';

/** Makes a folder of the owner's own in a log, and says so to others; returns its path. Throws the system's error. */
export function beginFolder(dir: string, destination: Omit<Destination, 'since'>, owner: Owner): string {
  prepareFolder(dir, destination);
  const folder = path.join(logFolder(dir), ownerFolderName(owner));
  makeFolder(logFolder(dir));
  makeFolder(folder);
  try {
    writeOwner(folder, owner);
    holdLease(folder);
    syncFolder(logFolder(dir));
  } catch (error) {
    // on a full disk this is tried again every second
    releaseLease(folder);
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return folder;
}

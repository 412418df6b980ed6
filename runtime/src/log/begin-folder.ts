import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Destination, prepareFolder } from './destination.ts';
import { syncFolder } from './durable.ts';
import { logFolder } from './layout.ts';
import { holdLease } from './lease.ts';
import { type Owner, ownerFolderName, writeOwner } from './owner.ts';

/** Makes a folder of the owner's own in a log, and says so to others; returns its path. Throws the system's error. */
export function beginFolder(dir: string, destination: Omit<Destination, 'since'>, owner: Owner): string {
  prepareFolder(dir, destination);
  const folder = path.join(logFolder(dir), ownerFolderName(owner));
  mkdirSync(folder, { recursive: true });
  writeOwner(folder, owner);
  holdLease(folder);
  syncFolder(logFolder(dir));
  return folder;
}

import { readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * Where things lie in the folder of the log. No name ends in `.js` or `.json`: watchers restart on those.
 *
 *     <dir>/.gitignore                        everything
 *     <dir>/destination                       where the events of the last process went
 *     <dir>/log/<owner>/owner                 who writes this folder
 *     <dir>/log/<owner>/00000001.seg          records
 *     <dir>/log/<owner>/cursor                what the destination has acknowledged
 *     <dir>/log/<owner>/lease                 its time of change says that somebody writes or ships the folder
 *     <dir>/log/<owner>/checked               its end is repaired, and nobody writes or ships the folder
 *     <dir>/log/<owner>/shipped-<hash>        how far `panoptic ship` has sent a store to one address
 *     <dir>/quarantine/<owner>-<segment>-<offset>.bad
 *     <dir>/dead-letter/<owner>.letters
 */
export const logFolder = (dir: string): string => path.join(dir, 'log');
export const quarantineFolder = (dir: string): string => path.join(dir, 'quarantine');
export const deadLetterFolder = (dir: string): string => path.join(dir, 'dead-letter');

export const segmentPath = (folder: string, segment: number): string =>
  path.join(folder, `${String(segment).padStart(8, '0')}.seg`);

/** Numbers of the segments in a folder, ascending; empty when the folder is gone. */
export function segmentsOf(folder: string): number[] {
  return names(folder)
    .map((name) => /^(\d{8,})\.seg$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

/** Folders of all owners; their names begin with the time they were made, so this is their order. */
export function ownerFolders(dir: string): string[] {
  return names(logFolder(dir))
    .sort()
    .map((name) => path.join(logFolder(dir), name));
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

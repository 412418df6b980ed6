import { rmSync, statSync } from 'node:fs';
import { removeFolder, syncFolder } from './durable.ts';
import { readFolder } from './folder-reader.ts';
import { ownerFolders, segmentPath, segmentsOf } from './layout.ts';
import { hasExpired } from './lease.ts';
import { ownerState, ownOwner, readOwner } from './owner.ts';
import { isChecked } from './repair.ts';

/** A segment of a store to which nothing more will be written. */
export interface OldSegment {
  readonly folder: string;
  readonly segment: number;
  readonly bytes: number;
  /** When it was last written to, ms since 1970: the age of its newest event. */
  readonly written: number;
}

/**
 * The sealed segments of all stores in a log folder, oldest first; those of one owner always in the order of writing, also
 * where the clock was set back between them.
 * @param own folder of this process, of which `isSealed` knows
 */
export function* oldSegments(
  dir: string,
  own: string | undefined,
  isSealed: (segment: number) => boolean,
): Generator<OldSegment, void> {
  const self = ownOwner('store');
  const queues = ownerFolders(dir).map((folder) => {
    const owner = readOwner(folder);
    if (owner?.role !== 'store') return [];
    const segments = segmentsOf(folder);
    if (folder === own) return segments.filter(isSealed).map((segment) => look(folder, segment));
    const state = ownerState(owner, self);
    const gone = state === 'dead' || isChecked(folder) || (state === 'unknown' && hasExpired(folder));
    return segments.slice(0, gone ? undefined : -1).map((segment) => look(folder, segment));
  });
  for (;;) {
    const open = queues.filter(([head]) => head !== undefined);
    const [queue] = open.sort(([a], [b]) => (a?.written ?? 0) - (b?.written ?? 0));
    const head = queue?.shift();
    if (head === undefined) return;
    yield head;
  }
}

/** Deletes the oldest segments, as far as each may go. Throws the system's error. */
export function dropOldest(folder: string, mayGo: (segment: number) => boolean): void {
  let dropped = false;
  for (const segment of segmentsOf(folder)) {
    if (!mayGo(segment)) break;
    rmSync(segmentPath(folder, segment), { force: true });
    dropped = true;
  }
  if (dropped) syncFolder(folder);
}

/** Deletes a segment, and the folder of a writer that is gone when it was the last. Throws the system's error. */
export function dropSegment({ folder, segment }: OldSegment, own: string | undefined): void {
  rmSync(segmentPath(folder, segment), { force: true });
  if (folder !== own && segmentsOf(folder).length === 0) removeFolder(folder);
  else syncFolder(folder);
}

/** Events in a segment, for who has not counted them while they were written. */
export function eventsIn({ folder, segment }: OldSegment): number {
  let events = 0;
  try {
    for (const found of readFolder(folder, { from: { segment, offset: 0 }, live: true })) {
      if (found.segment !== segment) break;
      events++;
    }
  } catch {
    // what cannot be read cannot be counted, and goes all the same
  }
  return events;
}

function look(folder: string, segment: number): OldSegment {
  const found = statSync(segmentPath(folder, segment), { throwIfNoEntry: false });
  return { folder, segment, bytes: found?.size ?? 0, written: found?.mtimeMs ?? 0 };
}

import { closeSync, fdatasyncSync, openSync, statSync } from 'node:fs';
import { readFolder } from '../../log/folder-reader.ts';
import { ownerFolders, segmentPath, segmentsOf } from '../../log/layout.ts';
import { isSameProcess, ownOwner, readOwner } from '../../log/owner.ts';
import { toFrozenEvent } from '../frozen-event.ts';

/** Batches are appended in their order, so that what nobody has acknowledged lies at the end; bytes without any, until that is believed. */
const ENOUGH_BYTES = 32 * 1024 * 1024;

/**
 * Which of the wanted events those threads of this process have put into the log. They are on disk when this returns.
 * @param isWanted tells by the id, 24 hex digits
 */
export function loggedEvents(
  dir: string,
  threads: ReadonlySet<number>,
  isWanted: (id: string) => boolean,
): Set<string> {
  const self = ownOwner('spool');
  const found = new Set<string>();
  for (const folder of ownerFolders(dir)) {
    const owner = readOwner(folder);
    if (!owner || !isSameProcess(owner, self) || !threads.has(owner.thread)) continue;
    let fruitless = 0;
    for (const segment of segmentsOf(folder).reverse()) {
      const file = segmentPath(folder, segment);
      if (collect(folder, segment, isWanted, found)) sync(file);
      else fruitless += statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      if (fruitless > ENOUGH_BYTES) break;
    }
  }
  return found;
}

/** True when the segment holds some of them. */
function collect(folder: string, segment: number, isWanted: (id: string) => boolean, found: Set<string>): boolean {
  const before = found.size;
  for (const record of readFolder(folder, { from: { segment, offset: 0 }, live: true })) {
    if (record.segment !== segment) break;
    const { id } = toFrozenEvent(record);
    if (isWanted(id)) found.add(id);
  }
  return found.size > before;
}

function sync(file: string): void {
  try {
    const descriptor = openSync(file, 'r+');
    try {
      fdatasyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // shipped and deleted meanwhile, or on a disk that fails: its events are sent again
  }
}

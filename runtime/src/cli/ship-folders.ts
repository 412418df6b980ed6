import { statSync } from 'node:fs';
import path from 'node:path';
import { adoptOrphans, isLeft } from '../log/adopt.ts';
import { readCursor } from '../log/cursor.ts';
import { readFolder } from '../log/folder-reader.ts';
import { FolderSpool } from '../log/folder-spool.ts';
import { ownerFolders, segmentPath, segmentsOf } from '../log/layout.ts';
import { ownerState, ownOwner, readOwner } from '../log/owner.ts';
import type { Spool } from '../log/spool.ts';
import { UNOWNED_ADVICE } from '../log/unowned.ts';
import { type Damage, StoreSpool, shippedName } from './store-spool.ts';

/** One folder of the log that this command ships. */
export interface ShipFolder extends Spool {
  /** What there is to ship when it is opened, on disk. */
  readonly bytes: number;
  /** Nothing more is to come. */
  finish(): void;
}

/** A spool that somebody else ships, or will. */
export interface ForeignSpool {
  readonly folder: string;
  readonly why: string;
}

export interface Plan {
  /** Stores, and spools whose processes are gone. */
  readonly stores: readonly string[];
  readonly orphans: readonly string[];
  readonly foreign: readonly ForeignSpool[];
}

/** Sorts the folders of a log by what a command may do with them. Changes nothing. */
export function planOf(dir: string): Plan {
  const self = ownOwner('spool');
  const stores: string[] = [];
  const orphans: string[] = [];
  const foreign: ForeignSpool[] = [];
  for (const folder of ownerFolders(dir)) {
    const owner = readOwner(folder);
    const state = ownerState(owner, self);
    if (owner?.role === 'store') stores.push(folder);
    else if (isLeft(folder, self)) orphans.push(folder);
    else if (state === 'alive') foreign.push({ folder, why: `process ${owner?.pid} is running and ships them itself` });
    else if (owner === undefined) {
      foreign.push({ folder, why: `its file owner is missing or unreadable; ${UNOWNED_ADVICE}` });
    } else foreign.push({ folder, why: 'it belongs to another host or container that may be running' });
  }
  return { stores, orphans, foreign };
}

/** Takes over what a plan says, one folder after the other. */
export function* openFolders(dir: string, plan: Plan, destination: string, damage: Damage): Generator<ShipFolder> {
  // A spool is emptied and removed, so that nobody else may do it at the same time: it is adopted first.
  for (const folder of plan.orphans.length > 0 ? adoptOrphans(dir, ownOwner('spool')) : []) {
    const spool = new FolderSpool(folder, { isSealed: () => true, live: false });
    yield {
      bytes: bytesLeft(folder, destination),
      take: (limit) => spool.take(limit),
      settle: (portion, arrived) => {
        spool.settle(portion, arrived);
        spool.noteCursor();
      },
      finish: () => spool.remove(),
    };
  }
  for (const folder of plan.stores) {
    const live = ownerState(readOwner(folder), ownOwner('store')) !== 'dead';
    const store = new StoreSpool(folder, { destination, live, ...damage });
    const bytes = bytesLeft(folder, destination);
    yield { bytes, take: (limit) => store.take(limit), settle: (...end) => store.settle(...end), finish() {} };
  }
}

/** Bytes of a folder that have not been shipped; an estimate, for a progress bar. */
export function bytesLeft(folder: string, destination: string): number {
  const { segment: first, offset } = cursorOf(folder, destination);
  const sizes = segmentsOf(folder).map((segment) => {
    const size = statSync(segmentPath(folder, segment), { throwIfNoEntry: false })?.size ?? 0;
    if (segment < first) return 0;
    return segment === first ? Math.max(0, size - offset) : size;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Events of a folder that have not been shipped, by namespace. */
export function eventsLeft(folder: string, destination: string): Map<string, number> {
  const byNamespace = new Map<string, number>();
  for (const { ns } of readFolder(folder, { from: cursorOf(folder, destination), live: true })) {
    byNamespace.set(ns, (byNamespace.get(ns) ?? 0) + 1);
  }
  return byNamespace;
}

function cursorOf(folder: string, destination: string): ReturnType<typeof readCursor> {
  return readOwner(folder)?.role === 'store' ? readCursor(folder, shippedName(destination)) : readCursor(folder);
}

/** Name of an owner's folder, for a person. */
export const folderName = (folder: string): string => path.basename(folder);

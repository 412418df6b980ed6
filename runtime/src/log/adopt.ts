import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { syncFolder } from './durable.ts';
import { logFolder, ownerFolders } from './layout.ts';
import { hasExpired, holdLease, leasedFolders, releaseLease } from './lease.ts';
import { isSameProcess, type Owner, ownerState, readOwner, writeOwner } from './owner.ts';
import { FORMAT } from './record.ts';
import { isChecked, markChecked, repairFolder } from './repair.ts';
import { nameUnowned } from './unowned.ts';

/**
 * Takes over the spools that nobody writes any more; returns their folders, repaired:
 * - those whose writers are provably dead,
 * - those that their writers have closed and not emptied,
 * - those of hosts and containers that cannot be seen from here and whose lease has expired.
 *
 * The rename is atomic, so of several processes one gets each folder. A writer that was only suspended notices before it
 * acknowledges another event. Should both ship the same events, their ids make that one delivery.
 */
export function adoptOrphans(dir: string, self: Owner): string[] {
  return [...adoptInSteps(dir, self)].filter((adopted) => adopted !== undefined).map(({ folder }) => folder);
}

/**
 * As `adoptOrphans`, a step for each folder that is looked at: there may be thousands, and each that is taken over costs a few
 * syncs. Gives undefined for one that is not taken over.
 */
export function* adoptInSteps(dir: string, self: Owner): Generator<Adopted | undefined, void> {
  for (const left of ownerFolders(dir)) {
    const owner = readOwner(left);
    if (owner === undefined) {
      removeUnbegun(left);
      nameUnowned(left);
    }
    const folder = isLeft(left, self) ? adopt(dir, left, self) : undefined;
    yield folder === undefined
      ? undefined
      : { folder, isOfThisProcess: owner !== undefined && isSameProcess(owner, self) };
  }
}

/** A folder that was taken over. */
export interface Adopted {
  readonly folder: string;
  /** One of its threads has written it. */
  readonly isOfThisProcess: boolean;
}

/** Older than any owner who has made his folder and not said so yet, ms. */
const UNBEGUN_MS = 60_000;

/** A process was killed after it had made its folder, and before anything was in it. */
function removeUnbegun(folder: string): void {
  try {
    // refuses one that holds anything
    if (Date.now() - statSync(folder).mtimeMs > UNBEGUN_MS) rmdirSync(folder);
  } catch {
    // it is no folder, or somebody else was faster
  }
}

/** Its new path; undefined when somebody else was faster. */
function adopt(dir: string, folder: string, self: Owner): string | undefined {
  const closed = isChecked(folder);
  const [origin] = path.basename(folder).split('~');
  const target = path.join(logFolder(dir), `${origin}~${self.pid}-${randomBytes(4).toString('hex')}`);
  try {
    renameSync(folder, target);
    rmSync(path.join(target, 'checked'), { force: true });
    writeOwner(target, self);
    syncFolder(logFolder(dir));
  } catch {
    return undefined;
  }
  holdLease(target);
  if (!closed) repairFolder(target);
  return target;
}

/** Gives back what this thread took over in a log folder and did not empty: the next one may take it. Never throws. */
export function releaseAdopted(dir: string): void {
  for (const folder of leasedFolders()) {
    if (path.dirname(folder) !== logFolder(dir) || !path.basename(folder).includes('~')) continue;
    releaseLease(folder);
    try {
      if (existsSync(folder)) markChecked(folder);
    } catch {
      // it is found by its owner, when that is dead
    }
  }
}

/** True for a spool that nobody writes any more, as `adoptOrphans` says. */
export function isLeft(folder: string, self: Owner): boolean {
  const owner = readOwner(folder);
  // what a later version has written is for that version to ship
  if (owner?.role !== 'spool' || owner.format > FORMAT) return false;
  if (isChecked(folder)) return true;
  const state = ownerState(owner, self);
  return state === 'dead' || (state === 'unknown' && hasExpired(folder));
}

import { closeSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { runtimeState } from '../instrument/state.ts';
import { segmentPath, segmentsOf } from './layout.ts';

/** Time between two renewals, ms. */
const RENEW_MS = 30_000;

/** A lease that was not renewed for so long has expired, ms: clocks of one volume's hosts may differ by less than that. */
export const EXPIRED_MS = 600_000;

/** Folders of format 1 have no lease; one that nobody has written to for so long counts as expired, ms. */
const SILENT_MS = 24 * 3_600_000;

const repeat = setInterval;
const cancel = clearTimeout;

interface Leases {
  readonly folders: Set<string>;
  timer: NodeJS.Timeout | undefined;
}

const file = (folder: string): string => path.join(folder, 'lease');

/**
 * Says to those who cannot see this process (other hosts and containers on the same volume) that a folder is in use, now
 * and until `releaseLease`. Renewed by a timer, so that appends pay nothing. Never throws.
 */
export function holdLease(folder: string, renewMs: number = RENEW_MS): void {
  const leases = held();
  leases.folders.add(folder);
  renew(folder);
  leases.timer ??= repeat(() => {
    for (const each of leases.folders) renew(each);
  }, renewMs).unref();
}

/** The folder is no longer in use by this process. */
export function releaseLease(folder: string): void {
  const leases = held();
  leases.folders.delete(folder);
  if (leases.folders.size > 0) return;
  cancel(leases.timer);
  leases.timer = undefined;
}

/** Folders in use by this thread. */
export const leasedFolders = (): ReadonlySet<string> => held().folders;

/**
 * True when whoever writes a folder has not said so for a long time. That is no proof: a container may have been suspended.
 * So a writer looks, before it acknowledges an event, whether its folder is still in its place.
 * Both times are read from the volume, so that only its clock counts. A lease from the future has expired, too: the clock
 * was set back, and a live writer renews it within seconds.
 */
export function hasExpired(folder: string): boolean {
  const now = volumeTime(folder);
  const renewed = modified(file(folder));
  if (now === undefined) return false;
  if (renewed !== undefined) return Math.abs(now - renewed) > EXPIRED_MS;
  const last = segmentsOf(folder).at(-1);
  const written = modified(last === undefined ? path.join(folder, 'owner') : segmentPath(folder, last));
  return written !== undefined && now - written > SILENT_MS;
}

function held(): Leases {
  const { extensions } = runtimeState();
  return (extensions.leases ??= { folders: new Set(), timer: undefined } satisfies Leases) as Leases;
}

/** A write, not `utimes`: the time has to be that of the volume. In place, because it has to work on a full disk. */
function renew(folder: string): void {
  try {
    const descriptor = openSync(file(folder), modified(file(folder)) === undefined ? 'wx' : 'r+');
    try {
      writeSync(descriptor, '.', 0);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    // The folder was shipped and removed, or taken over: then its writer notices at its next append.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') releaseLease(folder);
  }
}

/** What the volume takes for now, ms; undefined when nothing can be written there. */
function volumeTime(folder: string): number | undefined {
  const probe = path.join(folder, `${process.pid}.clock`);
  try {
    closeSync(openSync(probe, 'w'));
    const now = modified(probe);
    rmSync(probe);
    return now;
  } catch {
    return undefined;
  }
}

function modified(name: string): number | undefined {
  try {
    return statSync(name).mtimeMs;
  } catch {
    return undefined;
  }
}

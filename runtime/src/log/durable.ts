import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Replaces a small file so that after a crash it holds the old or the new content, never a part:
 * written beside, synced, renamed, and the directory synced. Throws the system's error.
 */
export function writeFileSynced(file: string, content: string | Uint8Array): void {
  // threads of one process, and containers that share a volume, have the same pid
  const temporary = `${file}.${randomBytes(4).toString('hex')}.new`;
  try {
    const descriptor = openSync(temporary, 'wx');
    try {
      writeFileSync(descriptor, content);
      syncIfAllowed(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(path.dirname(file));
}

/**
 * Makes a folder, and those above it that are missing, so that they survive a power cut: without its own name, everything
 * below a folder is gone. Where it was there already, its name is synced all the same: who made it may have died before that.
 * Throws the system's error.
 */
export function makeFolder(folder: string): void {
  const made = path.resolve(folder);
  const first = path.resolve(mkdirSync(made, { recursive: true }) ?? made);
  for (let each = made; ; each = path.dirname(each)) {
    const above = path.dirname(each);
    syncIfReadable(above);
    if (each === first || above === each) return;
  }
}

/** A folder above ours may be one that we can pass through and not open. */
function syncIfReadable(folder: string): void {
  try {
    syncFolder(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
  }
}

/** Removes a folder with all that is in it, so that a power cut does not bring it back. Throws the system's error. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  const above = path.dirname(folder);
  // somebody may have removed that one
  if (existsSync(above)) syncFolder(above);
}

/** Makes creations, renames and removals in a folder survive a power cut. Windows cannot open folders and needs none. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    syncIfAllowed(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Node's permission model allows no sync at all. A log can be written all the same; that its events are no safer than the
 * process is said by the sync of a segment, which fails.
 */
function syncIfAllowed(descriptor: number): void {
  try {
    fsyncSync(descriptor);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ACCESS_DENIED') throw error;
  }
}

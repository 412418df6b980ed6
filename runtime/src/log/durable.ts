import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
      fsyncSync(descriptor);
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

/** Makes creations, renames and removals in a folder survive a power cut. Windows cannot open folders and needs none. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

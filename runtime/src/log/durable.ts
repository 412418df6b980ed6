import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Replaces a small file so that after a crash it holds the old or the new content, never a part:
 * written beside, synced, renamed, and the directory synced. Throws the system's error.
 */
export function writeFileSynced(file: string, content: string | Uint8Array): void {
  const temporary = `${file}.${process.pid}.new`;
  const descriptor = openSync(temporary, 'w');
  try {
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, file);
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

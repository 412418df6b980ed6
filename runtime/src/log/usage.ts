import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { deadLetterFolder, logFolder, quarantineFolder } from './layout.ts';

/** What a log folder takes up on disk. */
export interface Usage {
  /** Of everything in it: all owners, quarantine, dead letters. */
  readonly bytes: number;
  /** Of one owner's folder. */
  readonly ownBytes: number;
  readonly segments: number;
  /** When the oldest segment was last written to, ms since 1970; undefined without segments. */
  readonly oldest: number | undefined;
}

/** Measures a log folder; what cannot be looked at counts as nothing. Never throws. */
export function usageOf(dir: string, own: string | undefined): Usage {
  let bytes = 0;
  let ownBytes = 0;
  let segments = 0;
  let oldest: number | undefined;
  for (const folder of [...under(logFolder(dir)), quarantineFolder(dir), deadLetterFolder(dir)]) {
    for (const file of under(folder)) {
      const found = statSync(file, { throwIfNoEntry: false });
      if (!found?.isFile()) continue;
      bytes += found.size;
      if (folder === own) ownBytes += found.size;
      if (!file.endsWith('.seg')) continue;
      segments++;
      oldest = Math.min(oldest ?? found.mtimeMs, found.mtimeMs);
    }
  }
  return { bytes, ownBytes, segments, oldest };
}

function under(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}

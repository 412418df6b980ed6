import { readFileSync } from 'node:fs';
import path from 'node:path';
import { writeFileSynced } from './durable.ts';
import { type Position, START } from './folder-reader.ts';

/** Up to where a folder's events have been acknowledged; the start when nothing is noted, which ships some twice and loses none. */
export function readCursor(folder: string, name = 'cursor'): Position {
  try {
    const [segment, offset] = readFileSync(path.join(folder, name), 'utf8').split(' ').map(Number);
    if (Number.isSafeInteger(segment) && Number.isSafeInteger(offset)) return { segment, offset } as Position;
  } catch {
    // none yet
  }
  return START;
}

/** Notes the position so that it survives a power cut. Throws the system's error. */
export function writeCursor(folder: string, { segment, offset }: Position, name = 'cursor'): void {
  writeFileSynced(path.join(folder, name), `${segment} ${offset}\n`);
}

import path from 'node:path';
import type { LogProblem } from '../log/folder-reader.ts';

/** Bytes of the log that are no record, for a person. */
export function damageText({ folder, segment, offset, bytes }: LogProblem): string {
  const place = `${bytes.length} bytes of ${path.basename(folder)}, segment ${segment}, at ${offset}`;
  return `${place} are no record and were passed over; panoptic verify names them all.`;
}

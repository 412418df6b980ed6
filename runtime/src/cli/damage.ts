import path from 'node:path';
import type { LogGap, LogProblem } from '../log/folder-reader.ts';
import { plural } from './numbers.ts';

/** Bytes of the log that are no record, for a person. */
export function damageText({ folder, segment, offset, bytes }: LogProblem): string {
  const place = `${bytes.length} bytes of ${path.basename(folder)}, segment ${segment}, at ${offset}`;
  return `${place} are no record and were passed over; panoptic verify names them all.`;
}

/** Records of the log that are gone without a trace, for a person. */
export function gapText({ folder, segment, offset, records }: LogGap): string {
  const before = `${path.basename(folder)}, segment ${segment}, at ${offset}`;
  return `${plural(records, 'record')} missing before ${before}: the end of a file was cut off; a backup may hold them.`;
}

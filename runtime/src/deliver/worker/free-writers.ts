import { CellWriter } from './cell-writer.ts';

/** Kept for batches to come. More are in use only in a burst. */
const MAX_FREE = 4;

const free: CellWriter[] = [];

export const takeWriter = (): CellWriter => free.pop() ?? new CellWriter();

/** Nobody may read it any more. */
export function releaseWriter(writer: CellWriter): void {
  writer.clear();
  if (free.length < MAX_FREE) free.push(writer);
}

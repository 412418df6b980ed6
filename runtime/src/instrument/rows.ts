import type { Columns } from './batch.ts';

const BYTES_PER_ROW = 28;

/** Behind the columns: one word in which threads agree on who works on the batch. */
const CONTROL_BYTES = 4;

/** Memory that a batch of so many rows takes, bytes. */
export const bytesOfRows = (capacity: number): number => capacity * BYTES_PER_ROW + CONTROL_BYTES;

/** The columns of a batch that lies in `rows`. */
export function layColumns(rows: ArrayBufferLike, capacity: number): Columns {
  // The eight-byte columns come first, so that every view is aligned.
  return {
    start: new Float64Array(rows, 0, capacity),
    duration: new Float64Array(rows, capacity * 8, capacity),
    site: new Uint32Array(rows, capacity * 16, capacity),
    context: new Uint32Array(rows, capacity * 20, capacity),
    outcome: new Uint32Array(rows, capacity * 24, capacity),
  };
}

/** The word behind the columns. */
export const controlWord = (rows: ArrayBufferLike, capacity: number): Int32Array =>
  new Int32Array(rows, capacity * BYTES_PER_ROW, 1);

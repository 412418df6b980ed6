import { ObjectId } from 'bson';

/** Rows that one seed can tell apart: two bytes. */
export const MAX_ROWS = 65_536;

/**
 * The `_id` of one row, fixed from the moment its batch was sealed: four bytes of seconds, so that ids sort by time as
 * MongoDB's own do, six random bytes of the batch, two of the row.
 */
export function eventId(startMs: number, seed: Uint8Array, row: number): ObjectId {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(startMs / 1000));
  bytes.set(seed.subarray(0, 6), 4);
  view.setUint16(10, row);
  return new ObjectId(bytes);
}

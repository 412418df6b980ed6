import type { Batch } from '../instrument/batch.ts';

/** Rows that one seed can tell apart: two bytes. */
export const MAX_ROWS = 65_536;

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The `_id`s of a batch's events by row, 24 hex digits each; traced calls had theirs before they ended. */
export function rowIds(batch: Pick<Batch, 'seed' | 'epoch' | 'start' | 'extras'>): (row: number) => string {
  const { seed, epoch, start, extras } = batch;
  const idOf = eventIds(seed);
  return (row) => (extras.size === 0 ? undefined : extras.get(row)?.id) ?? idOf(epoch + (start[row] ?? 0), row);
}

/**
 * The `_id` of one row, fixed from the moment its batch was sealed: four bytes of seconds, so that ids sort by time as
 * MongoDB's own do, six random bytes of the batch, two of the row. Most rows began in the same second as the one before.
 */
function eventIds(seed: Uint8Array): (startMs: number, row: number) => string {
  const batch = seedHex(seed);
  let second = Number.NaN;
  let prefix = '';
  return (startMs, row) => {
    const now = Math.floor(startMs / 1000);
    if (now !== second) {
      second = now;
      prefix = secondsHex(now) + batch;
    }
    return prefix + rowHex(row);
  };
}

export const seedHex = (seed: Uint8Array): string => Array.from(seed.subarray(0, 6), hex).join('');

export const secondsHex = (seconds: number): string =>
  hex(seconds >>> 24) + hex(seconds >>> 16) + hex(seconds >>> 8) + hex(seconds);

export const rowHex = (row: number): string => hex(row >> 8) + hex(row);

const hex = (value: number): string => HEX[value & 255] ?? '';

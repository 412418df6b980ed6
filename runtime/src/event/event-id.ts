/** Rows that one seed can tell apart: two bytes. */
export const MAX_ROWS = 65_536;

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * The `_id` of one row as 24 hex digits, fixed from the moment its batch was sealed: four bytes of seconds, so that ids
 * sort by time as MongoDB's own do, six random bytes of the batch, two of the row.
 */
export function eventId(startMs: number, seedHex: string, row: number): string {
  return secondsHex(Math.floor(startMs / 1000)) + seedHex + hex(row >> 8) + hex(row);
}

export const seedHex = (seed: Uint8Array): string => Array.from(seed.subarray(0, 6), hex).join('');

const secondsHex = (seconds: number): string =>
  hex(seconds >>> 24) + hex(seconds >>> 16) + hex(seconds >>> 8) + hex(seconds);

const hex = (value: number): string => HEX[value & 255] ?? '';

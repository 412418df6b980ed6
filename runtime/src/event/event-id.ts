/** Rows that one seed can tell apart: two bytes. */
export const MAX_ROWS = 65_536;

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * The `_id` of one row as 24 hex digits, fixed from the moment its batch was sealed: four bytes of seconds, so that ids
 * sort by time as MongoDB's own do, six random bytes of the batch, two of the row.
 */
export const eventId = (startMs: number, seedHex: string, row: number): string =>
  secondsHex(Math.floor(startMs / 1000)) + seedHex + rowHex(row);

/** As `eventId`, for the rows of one batch, most of which began in the same second as the one before. */
export function eventIds(seed: Uint8Array): (startMs: number, row: number) => string {
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

const secondsHex = (seconds: number): string =>
  hex(seconds >>> 24) + hex(seconds >>> 16) + hex(seconds >>> 8) + hex(seconds);

const rowHex = (row: number): string => hex(row >> 8) + hex(row);

const hex = (value: number): string => HEX[value & 255] ?? '';

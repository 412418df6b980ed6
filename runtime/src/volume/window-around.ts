const HOUR_MS = 60 * 60_000;

/** Times in ms since 1970. */
export interface WindowSpan {
  /** The beginning of the hour it lies in. */
  readonly hour: number;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/**
 * The window of a length that a time lies in. Windows of all functions end together, on multiples of their length past the
 * hour, and none reaches from one hour, day or month into the next: the last of an hour is shorter where the length does not
 * divide it.
 */
export function windowAround(time: number, length: number): WindowSpan {
  const hour = time - (time % HOUR_MS);
  const from = time - ((time - hour) % length);
  return { hour, from, to: Math.min(from + length, hour + HOUR_MS) };
}

import type { LogOptions } from './options.ts';
import type { Reader } from './reader.ts';
import { integer, type Parse, Refused } from './values.ts';
import type { VariableName } from './variables.ts';

const KiB = 1024;
const GiB = KiB ** 3;
const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 24 * 60 * MINUTE_MS;
const CENTURY_MS = 5200 * WEEK_MS;

export const segmentBytes: Parse<number> = /* @__PURE__ */ integer(4 * KiB, GiB);

/** The limits of the log, each from its option, its variable or its default. */
export function readLogOptions(reader: Reader): Required<LogOptions> {
  const read = (name: keyof LogOptions, variable: VariableName, parse: Parse<number>): number | undefined =>
    reader.value(`log.${name}`, reader.options.log?.[name], parse) ?? reader.variable(variable, parse);
  return {
    maxBytes: read('maxBytes', 'PANOPTIC_LOG_MAX_BYTES', integer(KiB ** 2, KiB * GiB)) ?? GiB,
    maxAgeMs: read('maxAgeMs', 'PANOPTIC_LOG_MAX_AGE_MS', zeroOr(MINUTE_MS, CENTURY_MS)) ?? 0,
    segmentBytes: read('segmentBytes', 'PANOPTIC_LOG_SEGMENT_BYTES', segmentBytes) ?? 8 * KiB ** 2,
    segmentMs: read('segmentMs', 'PANOPTIC_LOG_SEGMENT_MS', integer(1000, WEEK_MS)) ?? 60 * MINUTE_MS,
  };
}

const zeroOr =
  (min: number, max: number): Parse<number> =>
  (raw, isVariable) => {
    const value = integer(0, max)(raw, isVariable);
    return value instanceof Refused || (value > 0 && value < min) ? new Refused(`0 or from ${min} to ${max}`) : value;
  };

import type { Bucket } from './dimensions.ts';

const LENGTH: Record<Bucket, number> = { hour: 13, day: 10, month: 7 };

/**
 * Names the bucket a moment falls into, in local time: `2026-03`, `2026-03-29`, `2026-03-29T02:00+02:00`.
 * Only hours carry the offset: the hour that a change of clocks repeats has two names, days and months have one.
 */
export function bucketNamer(bucket: Bucket, timeZone: string): (time: Date) => string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  });
  return (time) => {
    const part: Record<string, string> = {};
    for (const { type, value } of format.formatToParts(time)) part[type] = value;
    const local = `${String(part.year).padStart(4, '0')}-${part.month}-${part.day}T${part.hour}`.slice(
      0,
      LENGTH[bucket],
    );
    return bucket === 'hour' ? `${local}:00${String(part.timeZoneName).slice(3) || '+00:00'}` : local;
  };
}

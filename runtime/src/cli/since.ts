const UNIT_MS: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3, w: 604_800e3 };

/**
 * A moment as people type it: an age (`90s`, `15m`, `1h`, `7d`, `2w` before `now`) or an ISO date or time
 * (`2026-01-01`, which is UTC midnight, or `2026-01-01T12:00:00+01:00`). Undefined when it is neither.
 */
export function parseSince(text: string, now: Date): Date | undefined {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([smhdw])$/.exec(text) ?? [];
  if (amount !== undefined) return new Date(now.getTime() - Number(amount) * (UNIT_MS[unit] ?? 0));
  if (!/^\d{4}-\d{2}(-\d{2})?([T ]|$)/.test(text)) return undefined;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** `1,234,567` */
export const count = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 3 });

/** `1 event`, `2 events` */
export const plural = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Bytes in the decimal unit that needs the fewest digits. */
export function bytes(value: number): string {
  const power = Math.min(Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)), UNITS.length - 1);
  const scaled = value / 1000 ** power;
  return `${scaled.toFixed(power > 0 && scaled < 100 ? 1 : 0)} ${UNITS[power]}`;
}

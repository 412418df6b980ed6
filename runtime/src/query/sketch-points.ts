import type { Point } from './percentile.ts';

/** Durations of a window as its event holds them: `value:calls` for each group of similar ones, separated by blanks. */
export function sketchPoints(sketch: string): Point[] {
  return sketch.split(' ').flatMap((bin) => {
    const [value, weight] = bin.split(':').map((part) => (part === '' ? Number.NaN : Number(part)));
    return value !== undefined && weight !== undefined && Number.isFinite(value) && weight > 0 ? { value, weight } : [];
  });
}

import type { Stats } from '../deliver/stats.ts';
import type { NumberMetric, TextMetric } from './metrics.ts';
import { valueAt } from './paths.ts';

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The samples of one number; none while there is nothing to count, such as before a transport is open. */
export function numberSamples(stats: Stats, path: string, { labels = {}, key, factor = 1 }: NumberMetric): Sample[] {
  const value = valueAt(stats, path);
  if (typeof value === 'number') return [{ labels, value: value * factor }];
  if (key === undefined || typeof value !== 'object' || value === null) return [];
  const sums = new Map<string, number>();
  for (const [name, number] of Object.entries(value as Record<string, number>)) {
    // a problem is its code and its cause; the latter may be a path, and of those there is no end
    const [label = name] = name.split(' ');
    sums.set(label, (sums.get(label) ?? 0) + number * factor);
  }
  return Array.from(sums, ([label, sum]) => ({ labels: { ...labels, [key]: label }, value: sum }));
}

/** The samples of the texts that share a name: one with all their labels, or one a state. */
export function textSamples(stats: Stats, members: readonly (readonly [path: string, metric: TextMetric])[]): Sample[] {
  const labels: Record<string, string> = {};
  for (const [path, { label, states }] of members) {
    const value = valueAt(stats, path);
    if (typeof value !== 'string') continue;
    if (label === undefined) return [{ labels: {}, value: Date.parse(value) / 1000 }];
    if (states) return states.map((state) => ({ labels: { [label]: state }, value: Number(state === value) }));
    labels[label] = value;
  }
  return Object.keys(labels).length === 0 ? [] : [{ labels, value: 1 }];
}

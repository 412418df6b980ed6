import type { PrometheusContentType, Registry, RegistryContentType } from 'prom-client';
import { readOptions } from '../config/read-options.ts';
import { Refused } from '../config/values.ts';
import type { Stats } from '../deliver/stats.ts';
import { stats } from '../panoptic.ts';
import { NUMBERS, TEXTS } from './metrics.ts';
import { loadPromClient, type PromClient } from './prom-client.ts';
import { numberSamples, type Sample, textSamples } from './samples.ts';

export interface PanopticRegistryOptions<Type extends RegistryContentType = PrometheusContentType> {
  /** A registry of the application, to which the metrics are added. @default a new one */
  readonly register?: Registry<Type>;
}

/**
 * The numbers of `stats()` as metrics, read when they are scraped. May be called again with the same registry.
 * @throws PanopticError PAN6560 when prom-client is not installed, else one that lists every option that is wrong
 * @example
 * const register = createPanopticRegistry();
 * app.get('/metrics', () => register.metrics());
 */
export function createPanopticRegistry<Type extends RegistryContentType = PrometheusContentType>(
  options: PanopticRegistryOptions<Type> = {},
): Registry<Type> {
  const given = readOptions<PanopticRegistryOptions<Type>>('createPanopticRegistry', options, { register: registry });
  const client = loadPromClient();
  const register = given.register ?? (new client.Registry() as Registry<Type>);
  const current = onceAScrape();
  for (const [name, members] of byName(NUMBERS)) {
    const labels = members.flatMap(([, { labels = {}, key }]) => [...Object.keys(labels), ...(key ? [key] : [])]);
    const samples = (): Sample[] => members.flatMap(([path, metric]) => numberSamples(current(), path, metric));
    expose(client, register as Registry, { name, help: members[0][1].help, labels, samples });
  }
  for (const [name, members] of byName(TEXTS)) {
    const labels = members.flatMap(([, { label }]) => label ?? []);
    const samples = (): Sample[] => textSamples(current(), members);
    expose(client, register as Registry, { name, help: members[0][1].help, labels, samples });
  }
  return register;
}

const registry = (raw: unknown): Registry<never> | Refused =>
  typeof (raw as Partial<Registry> | null)?.registerMetric === 'function'
    ? (raw as Registry<never>)
    : new Refused('a Registry of prom-client');

type Members<Metric> = [[path: string, metric: Metric], ...[path: string, metric: Metric][]];

/** Metrics of one name are told apart by their labels. */
function byName<Metric extends { readonly name: string }>(
  table: Readonly<Record<string, Metric>>,
): Map<string, Members<Metric>> {
  const groups = new Map<string, Members<Metric>>();
  for (const [path, metric] of Object.entries(table)) {
    const group = groups.get(metric.name);
    if (group) group.push([path, metric]);
    else groups.set(metric.name, [[path, metric]]);
  }
  return groups;
}

interface Exposed {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly samples: () => readonly Sample[];
}

function expose({ Counter, Gauge }: PromClient, register: Registry, { name, help, labels, samples }: Exposed): void {
  // a scrape of the OpenMetrics kind takes `_total` off a counter's name for good, but not off its key
  if (register.getSingleMetric(name)) return;
  const configuration = { name, help, labelNames: [...new Set(labels)], registers: [register] };
  if (name.endsWith('_total')) {
    new Counter({
      ...configuration,
      collect() {
        this.reset();
        for (const { labels, value } of samples()) this.inc(labels, value);
      },
    });
    return;
  }
  new Gauge({
    ...configuration,
    collect() {
      this.reset();
      for (const { labels, value } of samples()) this.set(labels, value);
    },
  });
}

/** The metrics of one scrape are collected in one turn, and so show one moment. */
function onceAScrape(): () => Stats {
  let taken: Stats | undefined;
  return () => {
    if (taken === undefined) {
      taken = stats();
      queueMicrotask(() => {
        taken = undefined;
      });
    }
    return taken;
  };
}

import type { Stats } from '../deliver/stats.ts';
import type { PathOf } from './paths.ts';

/** How one number of `stats()` is exposed. */
export interface NumberMetric {
  /** By Prometheus' conventions; one that ends in `_total` is a counter. */
  readonly name: string;
  readonly help: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Name of the label that holds the key, where the number is a record of numbers. */
  readonly key?: string;
  /** Factor from the unit in `stats()` to the base unit that `name` ends with. Default 1. */
  readonly factor?: number;
}

/** How one text of `stats()` is exposed: as a label of a gauge that is 1. */
export interface TextMetric {
  readonly name: string;
  readonly help: string;
  readonly label: string;
  /** Everything the text can be; those it is not are exposed as 0. */
  readonly states?: readonly string[];
}

const DROPPED = { name: 'panoptic_events_dropped_total', help: 'Events lost, by where.' };
const PENDING = { name: 'panoptic_events_pending', help: 'Events on their way, by where they are.' };
const TRANSPORT = { name: 'panoptic_transport_info', help: 'Where events go; always 1.' };

/** Every number of `stats()`; one that is missing here does not compile. */
export const NUMBERS: Readonly<Record<PathOf<number, Stats>, NumberMetric>> = {
  recorded: { name: 'panoptic_events_recorded_total', help: 'Calls recorded.' },
  dropped: { ...DROPPED, labels: { reason: 'memory' } },
  waiting: { ...PENDING, labels: { place: 'memory' } },
  invalidValues: { name: 'panoptic_invalid_values_total', help: 'Values left out of events that were kept.' },
  internalErrors: { name: 'panoptic_internal_errors_total', help: 'Errors kept away from the application.' },
  problems: { name: 'panoptic_problems_total', help: 'Problems, by code.', key: 'code' },
  'transport.accepted': { name: 'panoptic_events_accepted_total', help: 'Events the transport has taken over.' },
  'transport.delivered': { name: 'panoptic_events_delivered_total', help: 'Events the destination has acknowledged.' },
  'transport.dropped': { ...DROPPED, labels: { reason: 'transport' } },
  'transport.pending': { ...PENDING, labels: { place: 'transport' } },
  'transport.failures': { name: 'panoptic_delivery_failures_total', help: 'Attempts that failed and are repeated.' },
  'transport.deadLettered': {
    name: 'panoptic_events_dead_lettered_total',
    help: 'Events the destination will never take.',
  },
};

/** Every text of `stats()`, likewise. */
export const TEXTS: Readonly<Record<PathOf<string, Stats>, TextMetric>> = {
  'transport.name': { ...TRANSPORT, label: 'transport' },
  'transport.destination': { ...TRANSPORT, label: 'destination' },
};

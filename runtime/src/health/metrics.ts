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

/** How one text of `stats()` is exposed: as a label of a gauge that is 1, or as a time. */
export interface TextMetric {
  readonly name: string;
  readonly help: string;
  /** Absent for an ISO date: it is exposed as seconds since 1970. */
  readonly label?: string;
  /** Everything the text can be; those it is not are exposed as 0. */
  readonly states?: readonly string[];
}

const DROPPED = { name: 'panoptic_events_dropped_total', help: 'Events lost, by where.' };
const PENDING = { name: 'panoptic_events_pending', help: 'Events on their way, by where they are.' };
const WITHOUT_EVENT = {
  name: 'panoptic_calls_without_event_total',
  help: 'Calls that got no event of their own, by why.',
};
const INGESTED = {
  name: 'panoptic_ingest_events_total',
  help: 'Events of browsers and edges, by what became of them.',
};
const TRANSPORT = { name: 'panoptic_transport_info', help: 'Where events go; always 1.' };

const LOG_LIMITED = {
  name: 'panoptic_log_limited_events_total',
  help: 'Events refused or deleted by bounds of the log.',
};
const TIMEOUTS = { name: 'panoptic_delivery_timeouts_total', help: 'Waits for the destination that were too long.' };
const BATCHES = { name: 'panoptic_batches', help: 'Batches under way, by whether they are being sent.' };

/** Every number of `stats()`; one that is missing here does not compile. */
export const NUMBERS: Readonly<Record<PathOf<number, Stats>, NumberMetric>> = {
  recorded: { name: 'panoptic_events_recorded_total', help: 'Calls recorded.' },
  dropped: { ...DROPPED, labels: { reason: 'memory' } },
  waiting: { ...PENDING, labels: { place: 'memory' } },
  'volume.sampledOut': { ...WITHOUT_EVENT, labels: { reason: 'sampled' } },
  'volume.rateLimited': { ...WITHOUT_EVENT, labels: { reason: 'limited' } },
  'volume.deduplicated': { ...WITHOUT_EVENT, labels: { reason: 'repeated' } },
  'volume.aggregated': { ...WITHOUT_EVENT, labels: { reason: 'aggregated' } },
  'volume.openWindows': { name: 'panoptic_windows_open', help: 'Windows of calls that are open.' },
  'volume.windowsClosedEarly': {
    name: 'panoptic_windows_closed_early_total',
    help: 'Windows that were closed before their time, because too many were open.',
  },
  'ingest.accepted': { ...INGESTED, labels: { fate: 'accepted' } },
  'ingest.repeated': { ...INGESTED, labels: { fate: 'repeated' } },
  'ingest.refused': { ...INGESTED, labels: { fate: 'refused' } },
  'ingest.rejectedRequests': {
    name: 'panoptic_ingest_requests_rejected_total',
    help: 'Requests of browsers and edges that were not taken.',
  },
  'exporters.exported': { name: 'panoptic_exporter_events_total', help: 'Events given to exporters.' },
  'exporters.waiting': { ...PENDING, labels: { place: 'exporters' } },
  'exporters.dropped': { ...DROPPED, labels: { reason: 'exporters' } },
  'exporters.failures': { name: 'panoptic_exporter_failures_total', help: 'Calls of exporters that failed.' },
  invalidValues: { name: 'panoptic_invalid_values_total', help: 'Values left out of events that were kept.' },
  internalErrors: { name: 'panoptic_internal_errors_total', help: 'Errors kept away from the application.' },
  problems: { name: 'panoptic_problems_total', help: 'Problems, by code.', key: 'code' },
  'worker.restarts': { name: 'panoptic_worker_restarts_total', help: 'Workers that died and were replaced.' },
  'transport.accepted': { name: 'panoptic_events_accepted_total', help: 'Events the transport has taken over.' },
  'transport.delivered': { name: 'panoptic_events_delivered_total', help: 'Events the destination has acknowledged.' },
  'transport.dropped': { ...DROPPED, labels: { reason: 'transport' } },
  'transport.pending': { ...PENDING, labels: { place: 'transport' } },
  'transport.failures': { name: 'panoptic_delivery_failures_total', help: 'Attempts that failed and are repeated.' },
  'transport.deadLettered': {
    name: 'panoptic_events_dead_lettered_total',
    help: 'Events the destination will never take.',
  },
  'transport.log.bytes': { name: 'panoptic_log_bytes', help: 'Size of the log folder on disk.' },
  'transport.log.maxBytes': { name: 'panoptic_log_limit_bytes', help: 'Largest size of the log folder.' },
  'transport.log.segments': { name: 'panoptic_log_segments', help: 'Files in the log.' },
  'transport.log.oldestMs': {
    name: 'panoptic_log_oldest_seconds',
    help: 'Time since the oldest file of the log was last written to.',
    factor: 0.001,
  },
  'transport.log.refused': { ...LOG_LIMITED, labels: { limit: 'size-refused' } },
  'transport.log.droppedBySize': { ...LOG_LIMITED, labels: { limit: 'size' } },
  'transport.log.droppedByAge': { ...LOG_LIMITED, labels: { limit: 'age' } },
  'transport.resilience.retry.retries': {
    name: 'panoptic_delivery_retries_total',
    help: 'Attempts that followed a failure.',
  },
  'transport.resilience.retry.failuresInARow': {
    name: 'panoptic_delivery_failures_in_a_row',
    help: 'Failures since the last success.',
  },
  'transport.resilience.retry.pauseMs': {
    name: 'panoptic_delivery_pause_seconds',
    help: 'Length of the pause after the last failure; 0 after a success.',
    factor: 0.001,
  },
  'transport.resilience.breaker.openings': {
    name: 'panoptic_breaker_openings_total',
    help: 'How often the circuit breaker has opened.',
  },
  'transport.resilience.bulkhead.limit': {
    name: 'panoptic_batches_limit',
    help: 'Batches that are sent at once.',
  },
  'transport.resilience.bulkhead.running': { ...BATCHES, labels: { state: 'running' } },
  'transport.resilience.bulkhead.queued': { ...BATCHES, labels: { state: 'queued' } },
  'transport.resilience.timeouts.attemptMs': {
    name: 'panoptic_delivery_attempt_limit_seconds',
    help: 'Time that one attempt may take.',
    factor: 0.001,
  },
  'transport.resilience.timeouts.attempts': { ...TIMEOUTS, labels: { of: 'attempt' } },
  'transport.resilience.timeouts.flushes': { ...TIMEOUTS, labels: { of: 'flush' } },
};

/** Every text of `stats()`, likewise. */
export const TEXTS: Readonly<Record<PathOf<string, Stats>, TextMetric>> = {
  'transport.name': { ...TRANSPORT, label: 'transport' },
  'transport.destination': { ...TRANSPORT, label: 'destination' },
  'worker.state': {
    name: 'panoptic_worker_state',
    help: 'State of the thread that delivers: 1 for the one it is in.',
    label: 'state',
    states: ['off', 'starting', 'running', 'restarting', 'in-thread'],
  },
  'worker.reason': {
    name: 'panoptic_worker_info',
    help: 'Why no thread of its own delivers; always 1.',
    label: 'reason',
  },
  'transport.resilience.preset': {
    name: 'panoptic_resilience_info',
    help: 'How persistent delivery is; always 1.',
    label: 'preset',
  },
  'transport.resilience.breaker.state': {
    name: 'panoptic_breaker_state',
    help: 'State of the circuit breaker: 1 for the one it is in.',
    label: 'state',
    states: ['closed', 'open', 'half-open'],
  },
  'transport.resilience.breaker.since': {
    name: 'panoptic_breaker_state_since_timestamp_seconds',
    help: 'When the circuit breaker came into its state.',
  },
};

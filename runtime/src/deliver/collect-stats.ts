import { saidByCause } from '../diagnostics/say.ts';
import { invalidValues } from '../event/invalid.ts';
import type { ExporterStats } from '../export/exporting.ts';
import { ingestCounts } from '../ingest/counts.ts';
import { runtimeState } from '../instrument/state.ts';
import { volumeStats } from '../volume/counts.ts';
import type { Outlet } from './outlet.ts';
import type { Stats, WorkerStats } from './stats.ts';
import type { WorkerHost } from './worker/host.ts';
import { addTransports, NO_COUNTS } from './worker/sum-of-workers.ts';

/** What delivers, for its counters. */
export interface Counting {
  /** Events that are sealed and not safe yet. */
  readonly waiting: number;
  /** Of the application's thread, if it has delivered anything. */
  readonly outlet: Outlet | undefined;
  readonly host: WorkerHost | undefined;
  readonly exporters: ExporterStats | undefined;
  /** Why there is no worker, although one was wanted. */
  readonly withoutWorker: string | undefined;
}

/** Adds up what this thread and the worker have counted. */
export function collectStats({ waiting, outlet, host, exporters, withoutWorker }: Counting): Stats {
  const { counters, batch } = runtimeState();
  const counts = host?.counts ?? NO_COUNTS;
  const worker = workerStats(host, withoutWorker);
  const here = outlet && { name: outlet.name, destination: outlet.destination, ...outlet.stats() };
  const inThread = host === undefined || worker.state === 'in-thread';
  const transport = inThread ? addTransports(counts.transport, here) : addTransports(here, counts.transport);
  // what dead workers have left is counted by nobody until it has been taken over
  const isLeft = !inThread || outlet?.isTakingOver === true;
  const values = [...invalidValues().values()].reduce((sum, count) => sum + count, counts.invalidValues);
  return {
    recorded: counters.recorded,
    dropped: counters.dropped + counts.dropped,
    waiting: waiting + (batch?.length ?? 0),
    volume: volumeStats(),
    invalidValues: values,
    internalErrors: counters.internalErrors + counts.internalErrors,
    ...(runtimeState().extensions.ingest === undefined ? {} : { ingest: { ...ingestCounts() } }),
    ...(exporters === undefined ? {} : { exporters }),
    transport: transport && { ...transport, pending: transport.pending + (isLeft ? (host?.left ?? 0) : 0) },
    worker,
    problems: Object.fromEntries([...saidByCause()].map(([cause, { count }]) => [cause, count])),
  };
}

function workerStats(host: WorkerHost | undefined, withoutWorker: string | undefined): WorkerStats {
  if (host !== undefined) return { ...host.stats };
  if (withoutWorker !== undefined) return { state: 'in-thread', restarts: 0, reason: withoutWorker };
  return { state: 'off', restarts: 0 };
}

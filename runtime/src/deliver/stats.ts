import type { ExporterStats } from '../export/exporting.ts';
import type { IngestStats } from '../ingest/counts.ts';
import type { VolumeStats } from '../volume/counts.ts';
import type { OutletStats } from './outlet.ts';

/** Everything counted since the process began. Plain numbers, to be printed or scraped. */
export interface Stats {
  /** Calls recorded. */
  recorded: number;
  /** Calls lost before they reached a transport, because memory was full; each cause has a line on stderr. */
  dropped: number;
  /** Events in memory that no transport has yet. */
  waiting: number;
  /** Calls without an event of their own, because options or annotations say so. */
  volume: VolumeStats;
  /** Values of the wrong type, left out of events that were kept. */
  invalidValues: number;
  /** Errors inside Panoptic that were kept away from the application. */
  internalErrors: number;
  /** Events of browsers and edges, where `createIngest` takes them. */
  ingest?: IngestStats;
  /** What `exporters` have been given, where there are some. */
  exporters?: ExporterStats;
  /** Counters of the transport in use, else of the one closed last. Undefined until the first event is delivered. */
  transport: ({ name: string; destination: string } & OutletStats) | undefined;
  /** The thread that prices, serialises and delivers. Its counters are those of up to a second ago; `flush()` refreshes them. */
  worker: WorkerStats;
  /** How often each problem occurred, by code and cause; stderr shows each at most once a minute. */
  problems: Record<string, number>;
}

export interface WorkerStats {
  /**
   * `off`: nothing has been delivered yet, or the transport needs no worker. `in-thread`: the application's thread
   * delivers, in slices, for the `reason` given.
   */
  state: 'off' | 'starting' | 'running' | 'restarting' | 'in-thread';
  /** Workers that died and were replaced; nothing is lost by that. */
  restarts: number;
  reason?: string;
}

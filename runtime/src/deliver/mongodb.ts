import type { IndexDescription } from 'mongodb';
import { maskUri } from '../config/mask-uri.ts';
import { EventLog, type EventLogOptions } from '../log/event-log.ts';
import { ShipSpools } from '../log/ship-spools.ts';
import { type Driver, MongoConnection } from './mongodb-client.ts';
import { DEFAULT_INDEXES } from './mongodb-indexes.ts';
import { MongoSender } from './mongodb-sender.ts';
import { Shipper } from './shipper.ts';
import type { FrozenEvent, Transport, TransportStats } from './transport.ts';

export interface MongodbTransportOptions
  extends Partial<Pick<EventLogOptions, 'segmentBytes' | 'maxMemoryBytes' | 'retryMs'>> {
  /** Connection string. Its credentials never reach a file, a line or an error. */
  readonly uri: string;
  /** Folder in which events wait until MongoDB has them. Absent: they wait in memory. */
  readonly dir?: string;
  /** Root of the project whose events these are, noted beside them. */
  readonly projectRoot?: string;
  /** Made once for each collection, on the first write. Default: see `DEFAULT_INDEXES`. */
  readonly indexes?: readonly IndexDescription[];
  /** Loads the driver. Default: `import('mongodb')`. */
  readonly driver?: () => Promise<Driver>;
  /** The client is closed when there was nothing to send for so long, because its sockets keep a process alive, ms. Default 1500. */
  readonly idleMs?: number;
}

const later = setTimeout;

/**
 * Ships events to MongoDB. `append` writes them to the log on disk and returns; from there they are inserted, as often as
 * it takes, and arrive once. Where the folder cannot be written they are shipped from memory (16 MiB by default).
 * What dead processes left in the folder is shipped, too.
 */
export function mongodbTransport(options: MongodbTransportOptions): Transport {
  const { uri, dir, projectRoot, idleMs = 1500, indexes = DEFAULT_INDEXES, ...rest } = options;
  const masked = maskUri(uri);
  const destination = { transport: 'mongodb', destination: masked, projectRoot } as const;
  const log = new EventLog({ ...rest, dir, role: 'spool', destination });
  const connection = new MongoConnection(uri, options.driver);
  const sender = new MongoSender({ connection, indexes, dir, destination: masked });
  const spools = new ShipSpools(dir, log);
  let idle: NodeJS.Timeout | undefined;
  const shipper = new Shipper({
    spools: () => spools,
    send: (entries) => sender.send(entries),
    onBusy: () => clearTimeout(idle),
    onIdle: () => {
      idle = later(() => void connection.release(), idleMs);
      idle.unref();
    },
    onFailure: (error) => sender.sayFailure(error),
  });

  const flush = async (timeoutMs: number): Promise<void> => {
    log.sync();
    if (!(await endsWithin(shipper.flush(), timeoutMs))) await connection.release();
  };
  const closeSync = (): void => {
    shipper.stop();
    log.close(() => spools.isOwnEmpty());
  };

  return {
    name: 'mongodb',
    destination: masked,
    append: (events: readonly FrozenEvent[]): void => {
      log.append(events);
      shipper.wake();
    },
    flush,
    close: async (timeoutMs): Promise<void> => {
      await flush(timeoutMs);
      clearTimeout(idle);
      closeSync();
      await connection.release();
    },
    closeSync,
    stats: (): TransportStats => {
      const delivered = shipper.settled - sender.deadLettered - sender.lost;
      const dropped = log.refused + sender.lost;
      const accepted = log.accepted + spools.adopted;
      const pending = accepted - delivered - dropped - sender.deadLettered;
      const failures = shipper.failures + log.writeFailures;
      return { accepted, delivered, dropped, pending, failures, deadLettered: sender.deadLettered };
    },
  };
}

async function endsWithin(work: Promise<void>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = later(resolve, timeoutMs, false as const);
    timer.unref();
  });
  const ended = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return ended;
}

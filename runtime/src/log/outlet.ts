import type { Acknowledge, Outlet, OutletStats } from '../deliver/outlet.ts';
import type { FrozenEvent } from '../deliver/transport.ts';
import { EventLog, type EventLogOptions } from './event-log.ts';

export interface LogOutletOptions extends Partial<Omit<EventLogOptions, 'dir' | 'role' | 'destination' | 'onWritten'>> {
  /** Folder of the log, such as `.panoptic`; made at the first event. */
  readonly dir: string;
  /** Root of the project whose events these are, noted beside them. */
  readonly projectRoot?: string;
}

/**
 * Keeps events in the log on disk, where they stay as long as `maxBytes` and `maxAgeMs` allow. Nothing is touched before the
 * first event. While the folder cannot be written, events wait in memory (16 MiB by default), and the cause is said once a minute.
 */
export function logOutlet({ dir, projectRoot, ...options }: LogOutletOptions): Outlet {
  const destination = { transport: 'log', destination: dir, projectRoot } as const;
  const log = new EventLog({ ...options, dir, role: 'store', destination });
  return {
    name: 'log',
    destination: dir,
    append: (events: readonly FrozenEvent[], acknowledged?: Acknowledge): void => log.append(events, acknowledged),
    flush: async (): Promise<void> => log.sync(),
    close: async (): Promise<void> => log.close(),
    closeSync: (): void => log.close(),
    stats: (): OutletStats => {
      const { accepted, refused, pending, writeFailures } = log;
      const onDisk = log.stats();
      return {
        accepted,
        delivered: accepted - refused - pending,
        dropped: refused,
        pending,
        failures: writeFailures,
        ...(onDisk ? { log: onDisk } : {}),
      };
    },
  };
}

import { say } from '../diagnostics/say.ts';
import { keepDeadLetter } from '../log/dead-letter.ts';
import { EventLog, type EventLogOptions } from '../log/event-log.ts';
import type { Entry } from '../log/record.ts';
import { ShipSpools } from '../log/ship-spools.ts';
import { toFrozenEvent } from './frozen-event.ts';
import type { Outlet, OutletStats } from './outlet.ts';
import { Shipper } from './shipper.ts';
import type { FrozenEvent, Transport } from './transport.ts';

export interface SpoolOutletOptions
  extends Partial<Pick<EventLogOptions, 'segmentBytes' | 'maxMemoryBytes' | 'retryMs'>> {
  /** Folder in which events wait until the transport has them. Absent: they wait in memory. */
  readonly dir?: string;
  /** Root of the project whose events these are, noted beside them. */
  readonly projectRoot?: string;
  /** The transport is closed when there was nothing to send for so long, because its sockets keep a process alive, ms. Default 1500. */
  readonly idleMs?: number;
  /** Says that an attempt failed and what becomes of its events. */
  readonly sayFailure: (error: unknown, consequence: string) => void;
}

const later = setTimeout;

/**
 * A spool before a transport. `append` writes events to the log on disk and returns; from there they are sent, as often
 * as it takes, and arrive once. Where the folder cannot be written they are sent from memory (16 MiB by default).
 * What dead processes left in the folder is sent, too.
 */
export function spoolOutlet(transport: Transport, options: SpoolOutletOptions): Outlet {
  const { dir, projectRoot, idleMs = 1500, sayFailure, ...rest } = options;
  const { name, destination } = transport;
  const log = new EventLog({ ...rest, dir, role: 'spool', destination: { transport: name, destination, projectRoot } });
  const spools = new ShipSpools(dir, log);
  let idle: NodeJS.Timeout | undefined;
  let attempt = new AbortController();
  let deadLettered = 0;
  let lost = 0;

  const bury = (entry: Entry, reason: string): void => {
    if (dir === undefined) lost++;
    else {
      keepDeadLetter(dir, entry, reason);
      deadLettered++;
    }
    const fate = dir === undefined ? 'and is lost, because there is no folder' : `and is kept in ${dir}/dead-letter`;
    say(
      'PAN6403',
      `${destination} will never take an event of ${entry.ns}: it is set aside with its reason ${fate}.`,
      entry.ns,
    );
  };

  const shipper = new Shipper({
    spools: () => spools,
    async send(entries) {
      const { refused = [] } = await transport.send(entries.map(toFrozenEvent), attempt.signal);
      for (const { index, reason } of refused) {
        const entry = entries[index];
        if (entry) bury(entry, reason);
      }
    },
    onBusy: () => clearTimeout(idle),
    onIdle: () => {
      idle = later(() => void transport.close?.().catch(() => undefined), idleMs);
      idle.unref();
    },
    onFailure: (error) => sayFailure(error, `They wait in ${dir ?? 'memory'} and are sent again.`),
  });

  const giveUp = async (): Promise<void> => {
    attempt.abort();
    attempt = new AbortController();
    await transport.close?.().catch(() => undefined);
  };
  const flush = async (timeoutMs: number): Promise<void> => {
    log.sync();
    if (!(await endsWithin(shipper.flush(), timeoutMs))) await giveUp();
  };
  const closeSync = (): void => {
    shipper.stop();
    log.close(() => spools.isOwnEmpty());
  };

  return {
    name,
    destination,
    append: (events: readonly FrozenEvent[], acknowledged?: () => void): void => {
      log.append(events, acknowledged);
      shipper.wake();
    },
    flush,
    close: async (timeoutMs): Promise<void> => {
      await flush(timeoutMs);
      clearTimeout(idle);
      closeSync();
      await transport.close?.().catch(() => undefined);
    },
    closeSync,
    stats: (): OutletStats => {
      const delivered = shipper.settled - deadLettered - lost;
      const dropped = log.refused + lost;
      const accepted = log.accepted + spools.adopted;
      const pending = accepted - delivered - dropped - deadLettered;
      const failures = shipper.failures + log.writeFailures;
      return { accepted, delivered, dropped, pending, failures, deadLettered };
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

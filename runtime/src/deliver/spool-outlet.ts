import { maskUris } from '../config/mask-uri.ts';
import type { ResiliencePreset } from '../config/options.ts';
import { messageText } from '../diagnostics/error-text.ts';
import { say } from '../diagnostics/say.ts';
import { withoutKnownSecrets } from '../event/secrets.ts';
import { EventLog, type EventLogOptions } from '../log/event-log.ts';
import type { Entry } from '../log/record.ts';
import { ShipSpools } from '../log/ship-spools.ts';
import { closeTransport } from './close-transport.ts';
import { toFrozenEvent } from './frozen-event.ts';
import type { Acknowledge, Outlet, OutletStats } from './outlet.ts';
import { readableError } from './readable-error.ts';
import { Resilience } from './resilience/resilience.ts';
import { endsWithin } from './resilience/within.ts';
import { Rest } from './rest.ts';
import { NotSetAsideError, SetAside } from './set-aside.ts';
import { Shipper } from './shipper.ts';
import type { Acknowledgement, FrozenEvent, Refusal, Transport } from './transport.ts';

export interface SpoolOutletOptions
  extends Partial<Omit<EventLogOptions, 'dir' | 'role' | 'destination' | 'onWritten'>> {
  /** Folder in which events wait until the transport has them. Absent: they wait in memory. */
  readonly dir?: string;
  /** Root of the project whose events these are, noted beside them. */
  readonly projectRoot?: string;
  /** Events sent at once. Default 100. */
  readonly maxEventsPerBatch?: number;
  /** Bytes sent at once. Default 4 MiB. */
  readonly maxBytesPerBatch?: number;
  /** How long an event may wait for its batch to fill, ms. Default 5000. */
  readonly maxWaitTimeMs?: number;
  /** Default `standard`. */
  readonly resilience?: ResiliencePreset;
  /** The transport is closed when there was nothing to send for so long, because its sockets keep a process alive, ms. Default 1500. */
  readonly idleMs?: number;
  /** Says that an attempt failed and what becomes of its events. */
  readonly sayFailure?: (error: unknown, consequence: string) => void;
}

/**
 * A spool before a transport. `append` writes events to the log on disk and returns; from there they are sent, as often
 * as it takes, and arrive once. Where the folder cannot be written they are sent from memory (16 MiB by default).
 * What dead processes left in the folder is sent, too.
 */
export function spoolOutlet(transport: Transport, options: SpoolOutletOptions): Outlet {
  const { dir, projectRoot, maxEventsPerBatch = 100, maxBytesPerBatch = 4 * 1024 * 1024, ...others } = options;
  const { maxWaitTimeMs: maxWaitMs = 5000, resilience: preset = 'standard', idleMs = 1500, ...rest } = others;
  const { sayFailure = sayFailureOf(transport), ...logOptions } = rest;
  const { name } = transport;
  const destination = maskUris(transport.destination);
  const log: EventLog = new EventLog({
    ...logOptions,
    dir,
    role: 'spool',
    destination: { transport: name, destination, projectRoot },
    onWritten: (...written) => spools.written(...written),
  });
  const spools = new ShipSpools(dir, log);
  const resilience = new Resilience(preset, transport.concurrency);
  const quiet = new Rest(() => spools.noteCursors(), transport, idleMs);
  const aside = new SetAside(dir, destination, (entry) => log.giveUp(entry));

  const shipper = new Shipper({
    spools,
    limit: { events: maxEventsPerBatch, bytes: maxBytesPerBatch },
    maxWaitMs,
    resilience,
    async send(entries, signal) {
      try {
        const answer = await transport.send(entries.map(toFrozenEvent), signal);
        for (const [entry, reason] of refusedOf(entries, answer)) aside.refused(entry, reason);
      } catch (error) {
        throw readableError(error);
      }
    },
    giveUp: (entry, error) => aside.givenUp(entry, error),
    onBusy: () => quiet.end(),
    onIdle: () => quiet.begin(),
    onFailure(error) {
      if (!(error instanceof NotSetAsideError))
        sayFailure(error, `They wait in ${dir ?? 'memory'} and are sent again.`);
    },
  });

  /** Flushes that have not ended: an attempt goes on as long as one of them still has time for it. */
  const waiting: Set<{ readonly until: number }> = new Set();
  const flush = async (timeoutMs: number): Promise<void> => {
    log.sync();
    const self = { until: performance.now() + timeoutMs };
    waiting.add(self);
    const inTime = await endsWithin(shipper.flush(), timeoutMs);
    waiting.delete(self);
    if (!inTime) {
      resilience.flushTimedOut();
      if (![...waiting].some(({ until }) => until > self.until)) {
        shipper.abort();
        await closeTransport(transport);
      }
    }
    spools.noteCursors();
  };
  const closeSync = (): void => {
    shipper.stop();
    quiet.end();
    spools.noteCursors();
    log.close(() => spools.isOwnEmpty());
    spools.letGo();
  };

  return {
    name,
    destination,
    append: (events: readonly FrozenEvent[], acknowledged?: Acknowledge): void => {
      log.append(events, acknowledged);
      shipper.wake(events.length, bytesOf(events));
    },
    takeOver: (): void => {
      spools.takeOver();
      shipper.wake(0, 0);
    },
    get isTakingOver(): boolean {
      return dir !== undefined && spools.isTakingOver;
    },
    flush,
    close: async (timeoutMs): Promise<void> => {
      await flush(timeoutMs);
      closeSync();
      await closeTransport(transport);
    },
    closeSync,
    stats: (): OutletStats => {
      const { kept: deadLettered, lost } = aside;
      const delivered = shipper.settled - deadLettered - lost;
      const dropped = log.refused + lost;
      const accepted = log.accepted + spools.adopted;
      // what was written a second time, after the disk had failed, arrives twice with one id
      const pending = Math.max(0, accepted - delivered - dropped - deadLettered);
      const failures = shipper.failures + log.writeFailures;
      const onDisk = log.stats();
      return {
        accepted,
        delivered,
        dropped,
        pending,
        failures,
        deadLettered,
        resilience: resilience.stats(),
        ...(onDisk ? { log: onDisk } : {}),
      };
    },
  };
}

const bytesOf = (events: readonly FrozenEvent[]): number => events.reduce((sum, { doc }) => sum + doc.length, 0);

/** Each refused event once, whatever a transport answers; one written in JavaScript may answer nothing at all. */
function refusedOf(entries: readonly Entry[], answer: Acknowledgement | undefined): Map<Entry, string> {
  const refused = new Map<Entry, string>();
  for (const { index, reason } of (answer?.refused ?? []) as Refusal[]) {
    const entry = entries[index];
    if (entry) refused.set(entry, messageText(reason));
  }
  return refused;
}

/** Node's `fetch` says no more than that it has failed; why stands in the cause. */
function withCause(message: string, error: unknown): string {
  const { cause } = (error ?? {}) as { cause?: { code?: unknown; message?: unknown } };
  const why = cause?.message || cause?.code;
  return why ? `${message} (${why})` : message;
}

/** For transports that have nothing more to say about a failure. */
function sayFailureOf({ destination }: Transport): (error: unknown, consequence: string) => void {
  const place = maskUris(destination);
  return (error, consequence) => {
    const { name = '', code } = error as Partial<NodeJS.ErrnoException>;
    const own = withoutKnownSecrets(withCause(messageText(error), error));
    const text = own.includes(place) ? own : `${place} does not take events: ${own.replace(/\.$/, '')}.`;
    say(
      /^PAN\d{4}$/.test(String(code)) ? String(code) : 'PAN6530',
      `${text} ${consequence}`,
      `${place} ${code ?? name}`,
    );
  };
}

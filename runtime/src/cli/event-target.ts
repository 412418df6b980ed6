import type { Config } from '../config/options.ts';
import { toFrozenEvent } from '../deliver/frozen-event.ts';
import { MongodbTransport } from '../deliver/mongodb/transport.ts';
import type { FrozenEvent } from '../deliver/transport.ts';
import { readDestination } from '../log/destination.ts';
import { EventLog } from '../log/event-log.ts';
import type { Owner } from '../log/owner.ts';
import { readLog } from '../log/reader.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { IdSet } from './id-set.ts';
import { BatchSender } from './send-batch.ts';
import { StoredIds } from './stored-ids.ts';

/** Where events are put that come from files. */
export interface EventTarget {
  /** For a person, without credentials. */
  readonly location: string;
  /** Gives those that the target will never take, with the reason. */
  add(events: readonly FrozenEvent[]): Promise<readonly { event: FrozenEvent; reason: string }[]>;
  /** When it resolves, what was added is on disk, or in MongoDB. @throws CommandError `PAN6116` when it is not */
  close(): Promise<void>;
  counts(): { added: number; alreadyThere: number };
}

/**
 * MongoDB tells by its index on `_id` what is there already.
 * @param isRouted the places of the events are of this command's making: they may be there already in other collections
 */
export function mongoTarget({ mongodb, compressionEnabled }: Config, uri: string, isRouted: boolean): EventTarget {
  const transport = new MongodbTransport({
    uri,
    compressionEnabled,
    ...(mongodb?.indexes && { indexes: mongodb.indexes }),
  });
  const sender = new BatchSender(transport, uri);
  const stored = isRouted ? new StoredIds({ uri, compressionEnabled }) : undefined;
  let elsewhere = 0;
  return {
    location: transport.destination,
    async add(events) {
      const fresh = stored ? await stored.without(events) : events;
      elsewhere += events.length - fresh.length;
      const refused = fresh.length > 0 ? await sender.send(fresh) : [];
      return refused.flatMap(({ index, reason }) => {
        const event = fresh[index];
        return event ? [{ event, reason }] : [];
      });
    },
    async close() {
      await Promise.all([transport.close(), stored?.close()]);
    },
    counts: () => ({ added: sender.sent.shipped, alreadyThere: sender.sent.alreadyThere + elsewhere }),
  };
}

/** A log has no index: its ids are read once, and compared. */
export async function logTarget(dir: string, role: Owner['role'] = 'store'): Promise<EventTarget> {
  const known = new IdSet();
  for await (const record of readLog(dir)) known.add(toFrozenEvent(record).id);
  return appendTo(dir, role, known);
}

/** @param known ids that are there already; those that are added join them */
export function appendTo(dir: string, role: Owner['role'], known: IdSet): EventTarget {
  // The quota is the application's: what somebody asks for by hand is not dropped on the way in.
  const destination = readDestination(dir) ?? { transport: 'log', destination: dir };
  const log = new EventLog({ dir, role, destination, maxBytes: Number.MAX_SAFE_INTEGER });
  let added = 0;
  let alreadyThere = 0;
  const check = (): void => {
    if (log.refused === 0 && log.writeFailures === 0) return;
    const message = `${dir} does not take events: the lines above say why. The same command goes on from here.`;
    throw new CommandError(EXIT.unreachable, 'PAN6116', 'dir', message);
  };
  return {
    location: dir,
    async add(events) {
      const fresh = events.filter(({ id }) => known.add(id));
      alreadyThere += events.length - fresh.length;
      if (fresh.length > 0) log.append(fresh);
      check();
      added += fresh.length;
      return [];
    },
    async close() {
      log.close();
      check();
    },
    counts: () => ({ added, alreadyThere }),
  };
}

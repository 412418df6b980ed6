import type { Db, ObjectId } from 'mongodb';
import { type ConnectionOptions, MongoConnection } from '../deliver/mongodb/client.ts';
import { inParallel } from '../deliver/mongodb/parallel.ts';
import type { FrozenEvent } from '../deliver/transport.ts';
import { eventCollections } from '../query/mongo.ts';
import { unionStages } from '../query/unions.ts';
import { atServer } from './send-batch.ts';

/** Collections asked with one command: each of them has all ids in its part of the pipeline, and a command has 16 MiB. */
const WIDTH = 100;

/** Commands at once. */
const PARALLEL = 4;

/**
 * Tells which events a MongoDB has in any collection of their database: its index on `_id` knows those of one collection,
 * and another routing would put an event that is there into a second one.
 */
export class StoredIds {
  readonly #connection: MongoConnection;

  constructor(options: ConnectionOptions) {
    this.#connection = new MongoConnection(options);
  }

  /** The events that are not there. @throws CommandError `PAN64xx`, as `BatchSender` */
  without(events: readonly FrozenEvent[]): Promise<readonly FrozenEvent[]> {
    return atServer(this.#connection.uri, async () => {
      const { client, driver } = await this.#connection.use();
      const databases = [...new Set(events.map(({ database }) => database))];
      const known = await inParallel(1, databases, async (name) => {
        const those = events.filter(({ database }) => database === name);
        const ids = those.map(({ id }) => new driver.ObjectId(id));
        return [name, await storedIn(client.db(name), ids)] as const;
      });
      const byDatabase = new Map(known);
      return events.filter(({ database, id }) => !byDatabase.get(database)?.has(id));
    });
  }

  close(): Promise<void> {
    return this.#connection.release();
  }
}

/** Those of the ids that are in one of the collections, in hex. */
async function storedIn(db: Db, ids: readonly ObjectId[]): Promise<Set<string>> {
  const collections = await eventCollections(db);
  const groups = Array.from({ length: Math.ceil(collections.length / WIDTH) }, (_, group) =>
    collections.slice(group * WIDTH, (group + 1) * WIDTH),
  );
  const wanted = [{ $match: { _id: { $in: ids } } }, { $project: { _id: 1 } }];
  const found = await inParallel(PARALLEL, groups, ([first = '', ...others]) =>
    db
      .collection(first)
      .aggregate<{ _id: ObjectId }>([...wanted, ...unionStages(others, wanted)])
      .toArray(),
  );
  return new Set(found.flat().map(({ _id }) => _id.toHexString()));
}

import type { Db, MongoClient } from 'mongodb';
import { PanopticError } from '../config/error.ts';
import { maskUri } from '../config/mask-uri.ts';
import { clientOptions } from '../deliver/mongodb/client.ts';
import { compressionOf } from '../deliver/mongodb/compressors.ts';
import { withoutSecrets } from '../deliver/mongodb/secrets.ts';
import type { StoredDocument } from '../event/json.ts';
import { databaseName } from '../event/route.ts';
import { aggregateEvents, eventCollections } from './mongo.ts';
import type { Store } from './store.types.ts';
import { unionStages } from './unions.ts';

/**
 * Connects to MongoDB; reads database `panoptic-{env}`. Two raw names can give one database, so the field `env` is
 * asked for too. Errors as `openStore`.
 */
export async function mongoStore(uri: string, env: string): Promise<Store> {
  const client = await connect(uri);
  const db = client.db(databaseName(env));
  const reached = <T>(answer: Promise<T>): Promise<T> => answer.catch((cause) => unreachable(uri, cause));
  return {
    kind: 'mongodb',
    location: `${maskUri(uri)}, database ${db.databaseName}`,
    notices: () => reached(emptiness(client, db, env)),
    latest: (limit) => reached(latest(db, env, limit)),
    follow: (limit, signal) => follow(db, env, limit, signal, (cause) => unreachable(uri, cause)),
    query: (query) => reached(aggregateEvents(db, { ...query, filter: { ...query.filter, env: [env] } })),
    close: () => client.close(),
  };
}

/** Errors as `openStore`. */
export async function connect(uri: string): Promise<MongoClient> {
  const { MongoClient } = await import('mongodb').catch(() => {
    const message = 'Reading from MongoDB needs its driver: npm install mongodb.';
    throw new PanopticError([{ code: 'PAN6204', name: 'mongodb', message }]);
  });
  // an answer may take longer than an insert: as long as it takes, unless the URI says otherwise
  const { socketTimeoutMS: _, ...options } = clientOptions(uri);
  try {
    const compression = compressionOf(uri);
    return await new MongoClient(compression.uri, { ...options, ...compression.options }).connect();
  } catch (cause) {
    return unreachable(uri, cause);
  }
}

/** Says that the server could not be read, without its credentials. */
export function unreachable(uri: string, cause: unknown): never {
  const reason = withoutSecrets(cause instanceof Error ? cause.message : String(cause), uri).replace(/\.$/, '');
  const message = `MongoDB at ${maskUri(uri)} cannot be read: ${reason}. Check the address, the account and the network.`;
  throw new PanopticError([{ code: 'PAN6203', name: 'uri', message }]);
}

async function latest(db: Db, env: string, limit: number): Promise<StoredDocument[]> {
  const [first, ...others] = await eventCollections(db);
  if (first === undefined) return [];
  const newest = [{ $match: { env } }, { $sort: { ts: -1 } }, { $limit: limit }];
  const found = await db
    .collection(first)
    .aggregate<StoredDocument>([...newest, ...unionStages(others, newest), ...newest])
    .toArray();
  return found.reverse();
}

/** A change stream, opened before the latest events are read, so that none falls between the two. */
async function* follow(
  db: Db,
  env: string,
  limit: number,
  signal: AbortSignal,
  failed: (cause: unknown) => never,
): AsyncGenerator<StoredDocument> {
  const stream = db.watch<StoredDocument>([{ $match: { operationType: 'insert', 'fullDocument.env': env } }]);
  const stop = (): void => void stream.close().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  try {
    let change = await stream.tryNext();
    const known = await latest(db, env, limit);
    yield* known;
    const seen = new Set(known.map(({ _id }) => _id.toHexString()));
    for (; !signal.aborted; change = await stream.next()) {
      if (change?.operationType === 'insert' && !seen.delete(change.fullDocument._id.toHexString())) {
        yield change.fullDocument;
      }
    }
  } catch (cause) {
    if (!signal.aborted) failed(cause);
  } finally {
    signal.removeEventListener('abort', stop);
    await stream.close().catch(() => undefined);
  }
}

/** Nothing to read is usually the wrong `env`: names the ones that are there, if the account may list them. */
async function emptiness(client: MongoClient, db: Db, env: string): Promise<string[]> {
  const collections = await eventCollections(db);
  for (const name of collections) if (await db.collection(name).findOne({ env }, { projection: {} })) return [];
  // `prod` and `panoptic-prod` share a database
  const here = await Promise.all(collections.slice(0, 100).map((name) => db.collection(name).distinct('env')));
  const all = await client
    .db('admin')
    .admin()
    .listDatabases({ nameOnly: true })
    .catch(() => undefined);
  const elsewhere = (all?.databases ?? [])
    .filter(({ name }) => name.startsWith('panoptic-') && name !== db.databaseName)
    .map(({ name }) => name.slice('panoptic-'.length));
  const envs = [...new Set([...here.flat(), ...elsewhere])];
  const nothing = `Database ${db.databaseName} holds no events`;
  if (envs.length === 0) return [`${nothing} yet.`];
  const of = here.flat().length > 0 ? ` of ${env}` : '';
  return [`${nothing}${of}; --env chooses another one. There are events for: ${envs.join(', ')}.`];
}

import { EJSON } from 'bson';
import type { Document, MongoClient } from 'mongodb';
import { maskUri } from '../config/mask-uri.ts';
import type { MongodbIndex } from '../config/options.ts';
import { toFrozenEvent } from '../deliver/frozen-event.ts';
import { DEFAULT_INDEXES } from '../deliver/mongodb/indexes.ts';
import type { FrozenEvent } from '../deliver/transport.ts';
import { decodeEvent } from '../event/document.ts';
import { databaseName } from '../event/route.ts';
import type { LogProblem } from '../log/folder-reader.ts';
import { readLog } from '../log/reader.ts';
import { eventCollections } from '../query/mongo.ts';
import { connect, unreachable } from '../query/mongo-store.ts';
import { findLog, placesOf } from '../query/store.ts';
import { sayElsewhere } from './elsewhere.ts';
import type { Io } from './io.ts';
import type { StoreFlags } from './store-options.ts';

export interface Period {
  readonly since?: Date | undefined;
  /** Exclusive. */
  readonly until?: Date | undefined;
}

/** Stored events with their places and their own bytes, wherever they are. */
export interface EventSource {
  /** For a person, without credentials. */
  readonly location: string;
  /** Every event of the period, in no order; duplicates included. */
  events(period: Period): AsyncIterable<FrozenEvent>;
  /** What `mongodump` notes of a collection, in canonical Extended JSON. */
  metadata(ns: string): Promise<string>;
  close(): Promise<void>;
}

/** Errors as `openStore`. @param onProblem told of bytes of the log that are no record */
export async function openSource(
  flags: StoreFlags,
  io: Io,
  onProblem: (problem: LogProblem) => void,
): Promise<EventSource> {
  const { env, dir, uri } = flags;
  const options = {
    ...(env !== undefined && { env }),
    ...(uri !== undefined && { mongodb: { uri } }),
    ...(uri === undefined && dir !== undefined && { dir, transport: 'log' as const }),
  };
  const config = placesOf(options, io.env, io.cwd);
  if (config.mongodb) return mongoSource(config.mongodb.uri, config.env);
  const folder = findLog(config, io.cwd);
  sayElsewhere(folder, io);
  return logSource(folder, env, onProblem);
}

function logSource(dir: string, env: string | undefined, onProblem: (problem: LogProblem) => void): EventSource {
  return {
    location: dir,
    async *events({ since, until }) {
      const all = env === undefined && since === undefined && until === undefined;
      for await (const record of readLog(dir, { onProblem })) {
        if (all || wanted(record.doc)) yield toFrozenEvent(record);
      }
      function wanted(doc: Uint8Array): boolean {
        const { ts, env: own } = decodeEvent(doc);
        return (env === undefined || own === env) && !(since && ts < since) && !(until && ts >= until);
      }
    },
    // nobody has made the collection yet: the indexes the application would make
    metadata: async (ns) => describe(ns, { indexes: [{ key: { _id: 1 } }, ...DEFAULT_INDEXES].map(indexDocument) }),
    close: async () => {},
  };
}

async function mongoSource(uri: string, env: string): Promise<EventSource> {
  const client = await connect(uri);
  const db = client.db(databaseName(env));
  return {
    location: `${maskUri(uri)}, database ${db.databaseName}`,
    async *events({ since, until }) {
      const ts = { ...(since && { $gte: since }), ...(until && { $lt: until }) };
      const filter = { env, ...(Object.keys(ts).length > 0 && { ts }) };
      try {
        for (const collection of await eventCollections(db)) {
          const found = db.collection(collection).find(filter, { raw: true });
          // with `raw` a document is its bytes
          for await (const doc of found as unknown as AsyncIterable<Uint8Array>) {
            yield toFrozenEvent({ ns: `${db.databaseName}.${collection}`, doc });
          }
        }
      } catch (cause) {
        unreachable(uri, cause);
      }
    },
    metadata: (ns) => mongoMetadata(client, ns).catch((cause) => unreachable(uri, cause)),
    close: () => client.close(),
  };
}

async function mongoMetadata(client: MongoClient, ns: string): Promise<string> {
  const dot = ns.indexOf('.');
  const db = client.db(ns.slice(0, dot));
  const name = ns.slice(dot + 1);
  const [info] = await db.listCollections({ name }).toArray();
  const indexes = await db.collection(name).listIndexes().toArray();
  const { options, info: more } = (info ?? {}) as {
    options?: Document;
    info?: { uuid?: { toString(as: 'hex'): string } };
  };
  return describe(ns, { options, indexes, uuid: more?.uuid?.toString('hex').replaceAll('-', '') });
}

interface Described {
  readonly options?: Document | undefined;
  readonly indexes: readonly Document[];
  readonly uuid?: string | undefined;
}

/** Fields in the order of mongodump, which leaves empty options and an unknown uuid out. */
function describe(ns: string, { options = {}, indexes, uuid }: Described): string {
  const metadata = {
    ...(Object.keys(options).length > 0 && { options }),
    indexes,
    ...(uuid && { uuid }),
    collectionName: ns.slice(ns.indexOf('.') + 1),
    type: 'collection',
  };
  return EJSON.stringify(metadata, { relaxed: false });
}

function indexDocument({ key, name }: Pick<MongodbIndex, 'name'> & { key: object }): Document {
  const fields = Object.entries(key).map(([field, order]) => `${field}_${order}`);
  return { v: 2, key, name: name ?? ('_id' in key ? '_id_' : fields.join('_')) };
}

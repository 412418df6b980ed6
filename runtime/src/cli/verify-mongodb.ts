import type { Db, Document } from 'mongodb';
import { maskUri } from '../config/mask-uri.ts';
import { documentProblems } from '../event/document-check.ts';
import { databaseName } from '../event/route.ts';
import { eventCollections } from '../query/mongo.ts';
import { connect, unreachable } from '../query/mongo-store.ts';
import { merged } from './merge.ts';
import { misplacedCheck } from './misplaced.ts';
import { count } from './numbers.ts';
import { Sums } from './sums.ts';
import { Findings, type Verified } from './verify-result.ts';

interface Stored {
  readonly collection: string;
  readonly document: Document;
}

/** Documents held in memory at once, over all collections. */
const HELD = 10_000;

/**
 * Checks every document of a stage's database. MongoDB's `_id` is unique in a collection alone; here all collections are read
 * in the order of their ids, side by side, so that one event in two of them is found in bounded memory.
 */
export async function checkMongodb(uri: string, env: string, maxFindings: number): Promise<Verified> {
  const client = await connect(uri);
  const db = client.db(databaseName(env));
  try {
    return await check(db, `${maskUri(uri)}, database ${db.databaseName}`, maxFindings);
  } catch (cause) {
    return unreachable(uri, cause);
  } finally {
    await client.close();
  }
}

async function check(db: Db, location: string, maxFindings: number): Promise<Verified> {
  const names = await eventCollections(db);
  const sums = new Sums();
  const findings = new Findings(maxFindings);
  const misplaced = misplacedCheck();
  const inCollection = new Map<string, number>(names.map((name) => [name, 0]));
  const batchSize = Math.max(10, Math.floor(HELD / Math.max(1, names.length)));
  const sources = names.map((name) => documentsOf(db, name, batchSize));
  let events = 0;
  let last: Stored | undefined;
  for await (const stored of merged(sources, keyOf)) {
    const { collection, document } = stored;
    const id = String(document._id);
    const place = `${collection}, _id ${id}`;
    events++;
    inCollection.set(collection, (inCollection.get(collection) ?? 0) + 1);
    sums.add(document);
    const [problem] = documentProblems(document);
    if (problem !== undefined) findings.add({ kind: 'shape', place, message: problem, id });
    const where = misplaced(db.databaseName, document.env);
    if (where !== undefined) findings.add({ kind: 'misplaced', place, message: where, id });
    if (last !== undefined && keyOf(last) === keyOf(stored)) {
      const message = `the same _id is in ${last.collection}, too`;
      findings.add({ kind: 'duplicate', place, message, id });
    }
    last = stored;
  }
  const rows = [...inCollection].map(([name, documents]) => [name, count(documents)]);
  return {
    location,
    events,
    sums: sums.rows(),
    findings: findings.kept,
    counts: { duplicate: 0, shape: 0, misplaced: 0, ...findings.counts },
    details: { collections: Object.fromEntries(inCollection) },
    tables:
      rows.length === 0 ? [] : [{ columns: [{ title: 'collection' }, { title: 'events', align: 'right' }], rows }],
  };
}

async function* documentsOf(db: Db, collection: string, batchSize: number): AsyncGenerator<Stored> {
  const found = db.collection(collection).find({}, { sort: { _id: 1 }, batchSize });
  for await (const document of found) yield { collection, document };
}

/** MongoDB sorts by type first; ours are ObjectIds, and a hand-made id of another type must not mix with them. */
function keyOf({ document: { _id } }: Stored): string {
  return typeof _id === 'object' && _id !== null && _id._bsontype === 'ObjectId' ? `o${_id}` : `${typeof _id} ${_id}`;
}

import type { AnyBulkWriteOperation, Collection, Document } from 'mongodb';
import { maskUri } from '../config/mask-uri.ts';
import type { StoredFields } from '../event/migrate.ts';
import { databaseName } from '../event/route.ts';
import { eventCollections } from '../query/mongo.ts';
import { connect, unreachable } from '../query/mongo-store.ts';
import { type MigrateOptions, Migrating, type MigrationResult } from './migrate-result.ts';

/** Documents replaced with one command. */
const BATCH = 500;

interface Replacement {
  readonly before: StoredFields;
  readonly document: StoredFields;
  readonly from: number;
}

/**
 * Replaces documents of older versions in a stage's database, each at once and only while it still has the version it was
 * read with: broken off at any moment, the next run goes on with what is left.
 */
export async function migrateMongodb(
  uri: string,
  env: string,
  { plan, dryRun }: MigrateOptions,
): Promise<MigrationResult> {
  const client = await connect(uri);
  try {
    const { Decimal128 } = await import('mongodb');
    const db = client.db(databaseName(env));
    const migrating = new Migrating(`${maskUri(uri)}, database ${db.databaseName}`, plan, { Decimal128 });
    for (const name of await eventCollections(db)) {
      const collection = db.collection(name, { writeConcern: { w: 'majority' } });
      migrating.result.current += await collection.countDocuments({ v: plan.current });
      let waiting: Replacement[] = [];
      for await (const document of collection.find({ v: { $ne: plan.current } })) {
        const done = migrating.take(document, () => `${name}, _id ${document._id}`);
        if (done !== undefined) waiting.push({ before: document, ...done });
        if (waiting.length < BATCH) continue;
        await replace(collection, waiting, migrating, dryRun);
        waiting = [];
      }
      await replace(collection, waiting, migrating, dryRun);
    }
    return migrating.result;
  } catch (cause) {
    return unreachable(uri, cause);
  } finally {
    await client.close();
  }
}

async function replace(
  collection: Collection,
  replacements: readonly Replacement[],
  migrating: Migrating,
  dryRun: boolean,
): Promise<void> {
  if (replacements.length === 0) return;
  const operations = replacements.map(({ before, document }): AnyBulkWriteOperation<Document> => {
    const { _id, ...replacement } = document as Document;
    const filter = { _id: before._id, v: before.v ?? null } as Document;
    return { replaceOne: { filter, replacement } };
  });
  if (!dryRun) await collection.bulkWrite(operations, { ordered: false });
  for (const { from } of replacements) migrating.migrated(from);
}

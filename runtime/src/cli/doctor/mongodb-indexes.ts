import type { Db } from 'mongodb';
import type { Config } from '../../config/options.ts';
import { DEFAULT_INDEXES } from '../../deliver/mongodb/indexes.ts';
import { eventCollections } from '../../query/mongo.ts';
import { plural } from '../numbers.ts';
import { type Check, ok, warning } from './check.ts';

/** Indexes that are configured and not there: reports take long without. And whether there are too many collections. */
export async function checkIndexes(db: Db, { mongodb, routing, maxCollections }: Config): Promise<Check[]> {
  const wanted = (mongodb?.indexes ?? DEFAULT_INDEXES).map(({ key }) => key);
  const collections = await eventCollections(db);
  const missing: { name: string; keys: object[] }[] = [];
  for (const name of collections) {
    const there = (await db.collection(name).indexes()).map(({ key }) => JSON.stringify(key));
    const keys = wanted.filter((key) => !there.includes(JSON.stringify(key)));
    if (keys.length > 0) missing.push({ name, keys });
  }
  const checks: Check[] = [];
  const [first] = missing;
  if (first === undefined) {
    const found = plural(collections.length, 'collection');
    checks.push(
      ok('mongodb', `${db.databaseName} has ${found} with events${collections.length > 0 ? ', all indexed' : ''}.`),
    );
  } else {
    const names = missing.map(({ name }) => name).slice(0, 5);
    const list = missing.length > names.length ? `${names.join(', ')}, …` : names.join(', ');
    const message = `Indexes are missing in ${plural(missing.length, 'collection')} of ${db.databaseName}: ${list}.`;
    const specifications = JSON.stringify(first.keys);
    checks.push(
      warning('mongodb', 'PAN6133', message, {
        advice: 'The application makes them on its first write, if its account may; or in mongosh:',
        command: `db.getSiblingDB('${db.databaseName}').getCollection('${first.name}').createIndexes(${specifications})`,
      }),
    );
  }
  if (routing === 'provider' && collections.length >= maxCollections) {
    const message = `${db.databaseName} has ${collections.length} collections; maxCollections is ${maxCollections}.`;
    const advice = 'Set PANOPTIC_ROUTING=single, if providers and usernames are that many.';
    checks.push(warning('mongodb', 'PAN6135', message, { advice }));
  }
  return checks;
}

import { createRequire } from 'node:module';
import path from 'node:path';
import type { Db, MongoClient } from 'mongodb';
import { maskUri } from '../../config/mask-uri.ts';
import type { Config } from '../../config/options.ts';
import { clientOptions } from '../../deliver/mongodb/client.ts';
import { COMPRESSION_ADVICE, compressionOf } from '../../deliver/mongodb/compressors.ts';
import { loadDriver } from '../../deliver/mongodb/driver.ts';
import { type MongodbFailure, toFailure } from '../../deliver/mongodb/failure.ts';
import { databaseName } from '../../event/route.ts';
import { type Check, ok, problem, warning } from './check.ts';
import { checkClock } from './clock.ts';
import { checkIndexes } from './mongodb-indexes.ts';
import { checkWriting } from './mongodb-writing.ts';

/** Somebody waits in front of a terminal, ms. */
const TIMEOUTS = { serverSelectionTimeoutMS: 4000, connectTimeoutMS: 4000, socketTimeoutMS: 10_000 } as const;

/** Whether MongoDB answers, takes events of this account, and has what reports need. Leaves nothing behind. */
export async function checkMongodb(config: Config): Promise<Check[]> {
  const { mongodb, env, projectRoot } = config;
  if (mongodb === undefined) return [];
  const { uri } = mongodb;
  const place = maskUri(uri);
  let client: MongoClient | undefined;
  try {
    const driver = await loadDriver(() => import('mongodb'));
    const compression = compressionOf(uri);
    client = new driver.MongoClient(compression.uri, {
      ...clientOptions(uri),
      ...TIMEOUTS,
      ...compression.options,
      appName: 'panoptic-doctor',
    });
    client.on('error', () => undefined);
    await client.connect();
    const db = client.db(databaseName(env));
    const facts = await checkServer(client, place);
    const driverCheck = ok('mongodb', `The driver is mongodb ${driverVersion(projectRoot)}.`);
    const lacking = compression.problem
      ? [warning('mongodb', 'PAN6414', compression.problem, { advice: COMPRESSION_ADVICE })]
      : [];
    return [driverCheck, ...facts, ...lacking, await checkWriting(db), ...(await checkCollections(db, config))];
  } catch (error) {
    const { code, message } = toFailure(error, uri);
    return [problem('mongodb', code, message)];
  } finally {
    await client?.close().catch(() => undefined);
  }
}

async function checkServer(client: MongoClient, place: string): Promise<Check[]> {
  const admin = client.db('admin');
  const sent = Date.now();
  const hello = await admin.command({ hello: 1 });
  const received = Date.now();
  const { version } = await admin.command({ buildInfo: 1 }).catch(() => ({ version: 'of an unknown version' }));
  const kind =
    hello.msg === 'isdbgrid' ? 'a sharded cluster' : hello.setName ? `replica set ${hello.setName}` : 'alone';
  const inserts = hello.maxWireVersion >= 25 ? 'one command for many collections' : 'one insert a collection';
  const found = ok('mongodb', `${place} answers: MongoDB ${version}, ${kind}, ${inserts}.`);
  const theirs = hello.localTime instanceof Date ? hello.localTime.getTime() : Number.NaN;
  return Number.isNaN(theirs) ? [found] : [found, ...checkClock('mongodb', 'the server', theirs, sent, received)];
}

/** An account that may write and not list is no problem of delivery. */
async function checkCollections(db: Db, config: Config): Promise<Check[]> {
  try {
    return await checkIndexes(db, config);
  } catch (error) {
    const { code, message } = toFailure(error, config.mongodb?.uri ?? '') as MongodbFailure;
    return [problem('mongodb', code, `The indexes of ${db.databaseName} cannot be looked at: ${message}`)];
  }
}

function driverVersion(root: string): string {
  for (const from of [path.join(root, 'noop.js'), import.meta.url]) {
    try {
      return (createRequire(from)('mongodb/package.json') as { version: string }).version;
    } catch {
      // not there
    }
  }
  return 'of an unknown version';
}

import type { MongoBulkWriteError, MongoClient, MongoClientBulkWriteError } from 'mongodb';
import type { Prepared } from './documents.ts';

/** The server's word on one event it did not insert. */
export interface WriteAnswer {
  /** Position in the events of the command. */
  readonly index: number;
  readonly code: number | undefined;
  readonly message: string;
}

/**
 * One command that inserts all events given. Resolves with the server's word on those it did not insert, when the
 * majority has the others; rejects when there is no such answer: nothing is known of any event then.
 */
export type Write = (client: MongoClient, events: readonly Prepared[]) => Promise<readonly WriteAnswer[]>;

/** The server gives up waiting for the majority before the driver gives up waiting for the server, and says so. */
const OPTIONS = { ordered: false, writeConcern: { w: 'majority', wtimeoutMS: 10_000 } } as const;

/** `insertMany`, for events of one collection. */
export const insertMany: Write = async (client, events) => {
  const [{ database, collection } = { database: '', collection: '' }] = events;
  const documents = events.map(({ document }) => document);
  try {
    const { insertedCount } = await client.db(database).collection(collection).insertMany(documents, OPTIONS);
    return complete([], insertedCount, events);
  } catch (error) {
    const { name, writeErrors, result } = error as MongoBulkWriteError;
    // The driver wraps everything, a connection that broke as well: without write errors nothing is said of any event.
    if (name !== 'MongoBulkWriteError' || [writeErrors].flat().length === 0) throw error;
    const unconfirmed = result.getWriteConcernError();
    if (unconfirmed)
      throw Object.assign(new Error(unconfirmed.errmsg), { name: 'WriteConcernError', code: unconfirmed.code });
    const answers = [writeErrors]
      .flat()
      .map(({ index, code, errmsg }) => ({ index, code: numeric(code), message: errmsg ?? '' }));
    return complete(answers, result.insertedCount, events);
  }
};

/** `client.bulkWrite`, for events of many collections; faster where those of one stand together. */
export const bulkWrite: Write = async (client, events) => {
  const models = events.map(({ database, collection, document }) => ({
    name: 'insertOne' as const,
    namespace: `${database}.${collection}`,
    document,
  }));
  try {
    const { insertedCount } = await client.bulkWrite(models, { ...OPTIONS, verboseResults: false });
    return complete([], insertedCount, events);
  } catch (error) {
    const { name, writeErrors, writeConcernErrors, partialResult, cause } = error as MongoClientBulkWriteError;
    if (name !== 'MongoClientBulkWriteError') throw error;
    // Commands refused as a whole: what was said of single events before is not all there is to say.
    if (cause) throw cause;
    const [unconfirmed] = writeConcernErrors;
    if (unconfirmed)
      throw Object.assign(new Error(unconfirmed.message), { name: 'WriteConcernError', code: unconfirmed.code });
    const answers = Array.from(writeErrors, ([index, { code, message }]) => ({ index, code, message }));
    return complete(answers, partialResult?.insertedCount ?? 0, events);
  }
};

/** An answer that leaves events out, from whatever stands between us and the server, is none. */
function complete(
  answers: readonly WriteAnswer[],
  inserted: number,
  events: readonly Prepared[],
): readonly WriteAnswer[] {
  if (inserted + answers.length >= events.length) return answers;
  const message = `of ${events.length} events it answered for ${inserted + answers.length}`;
  throw Object.assign(new Error(message), { name: 'PartialAnswerError' });
}

const numeric = (code: unknown): number | undefined => (typeof code === 'number' ? code : undefined);

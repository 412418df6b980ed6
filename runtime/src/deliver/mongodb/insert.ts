import type { Collection, MongoBulkWriteError, OptionalId } from 'mongodb';
import type { FrozenEvent, Refusal } from '../transport.ts';
import type { Driver } from './client.ts';
import { isAlreadyThere, isPermanent } from './refusal.ts';

/** The largest document MongoDB takes. */
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** A refusal for an unknown reason is believed after so many attempts, so that one document cannot hold up all others. */
const MAX_REFUSALS = 5;

type Document = OptionalId<Record<string, unknown>>;

export interface InsertTarget {
  readonly collection: Collection;
  readonly driver: Driver;
  /** Refusals of each event so far, by id. */
  readonly refusals: Map<string, number>;
}

/** An event and its place in the batch it came with. */
export interface Numbered extends FrozenEvent {
  readonly index: number;
}

/**
 * Inserts events of one collection. Resolves when each is there, was there before, or can never be there; gives the latter.
 * Rejects when something has to be sent again.
 */
export async function insertEvents(target: InsertTarget, events: readonly Numbered[]): Promise<Refusal[]> {
  const good: Numbered[] = [];
  const documents: Document[] = [];
  const bad: Refusal[] = [];
  for (const event of events) {
    const decoded = decode(target.driver, event.doc);
    if (typeof decoded === 'string') {
      bad.push({ index: event.index, reason: decoded });
    } else {
      good.push(event);
      documents.push(decoded);
    }
  }
  return [...bad, ...(await refusedOf(target, good, documents))];
}

/** Values keep their BSON types (`promoteValues: false`): what is stored is what was frozen. */
function decode({ BSON }: Driver, doc: Uint8Array): Document | string {
  if (doc.length > MAX_DOCUMENT_BYTES)
    return `the document has ${doc.length} bytes, MongoDB takes ${MAX_DOCUMENT_BYTES}`;
  try {
    const document = BSON.deserialize(doc, { promoteValues: false, bsonRegExp: true });
    return document._id === undefined ? 'the document has no _id' : document;
  } catch (error) {
    return `the document is no BSON: ${(error as Error).message}`;
  }
}

/** Inserts the documents; gives those that can never be inserted. */
async function refusedOf(target: InsertTarget, events: readonly Numbered[], documents: Document[]): Promise<Refusal[]> {
  if (documents.length === 0) return [];
  try {
    await target.collection.insertMany(documents, { ordered: false, writeConcern: { w: 'majority' } });
    return [];
  } catch (error) {
    if (isAnswer(error)) return refusedInAnswer(target, events, error);
    const { message } = error as Error;
    if (!isPermanent(error as Error)) throw error;
    const [only] = events;
    if (events.length === 1 && only) return [{ index: only.index, reason: message }];
    // Nothing says which document it is: halve until it stands alone.
    const middle = events.length >> 1;
    const first = await refusedOf(target, events.slice(0, middle), documents.slice(0, middle));
    return [...first, ...(await refusedOf(target, events.slice(middle), documents.slice(middle)))];
  }
}

/**
 * True for the server's word on single documents. The driver wraps everything in a `MongoBulkWriteError`, a connection
 * that broke and a command that was refused as well: without write errors it says nothing about any document.
 */
function isAnswer(error: unknown): error is MongoBulkWriteError {
  const { name, writeErrors, result } = error as MongoBulkWriteError;
  return name === 'MongoBulkWriteError' && [writeErrors].flat().length > 0 && !result.getWriteConcernError();
}

/** The server's own list of refusals. The count of inserted documents means nothing after a retried write. */
function refusedInAnswer(target: InsertTarget, events: readonly Numbered[], error: MongoBulkWriteError): Refusal[] {
  const refused: Refusal[] = [];
  let again = false;
  for (const refusal of [error.writeErrors].flat()) {
    const event = events[refusal.index];
    if (!event || isAlreadyThere(refusal)) continue;
    const id = String(refusal.getOperation()._id);
    const count = (target.refusals.get(id) ?? 0) + 1;
    if (isPermanent(refusal) || count >= MAX_REFUSALS) {
      refused.push({ index: event.index, reason: refusal.errmsg ?? `code ${refusal.code}` });
    } else {
      target.refusals.set(id, count);
      again = true;
    }
  }
  if (again) throw error;
  return refused;
}

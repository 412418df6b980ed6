import type { Collection, MongoBulkWriteError, OptionalId } from 'mongodb';
import type { Entry } from '../log/record.ts';
import type { Driver } from './mongodb-client.ts';
import { isAlreadyThere, isPermanent } from './mongodb-refusal.ts';

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
  /** Takes an event that the server will never take. */
  bury(entry: Entry, reason: string): void;
}

/**
 * Inserts events of one collection. Resolves when each is there, was there before, or is buried.
 * Rejects when something has to be sent again; then nothing was buried that would be buried twice.
 */
export async function insertEvents(target: InsertTarget, entries: readonly Entry[]): Promise<void> {
  const good: Entry[] = [];
  const documents: Document[] = [];
  const bad: [Entry, string][] = [];
  for (const entry of entries) {
    const decoded = decode(target.driver, entry.doc);
    if (typeof decoded === 'string') {
      bad.push([entry, decoded]);
    } else {
      good.push(entry);
      documents.push(decoded);
    }
  }
  bad.push(...(await refusedOf(target, good, documents)));
  for (const [entry, reason] of bad) target.bury(entry, reason);
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
async function refusedOf(
  target: InsertTarget,
  entries: readonly Entry[],
  documents: Document[],
): Promise<[Entry, string][]> {
  if (documents.length === 0) return [];
  try {
    await target.collection.insertMany(documents, { ordered: false, writeConcern: { w: 'majority' } });
    return [];
  } catch (error) {
    if (isAnswer(error)) return refusedInAnswer(target, entries, error);
    const { message } = error as Error;
    if (!isPermanent(error as Error)) throw error;
    const [only] = entries;
    if (entries.length === 1 && only) return [[only, message]];
    // Nothing says which document it is: halve until it stands alone.
    const middle = entries.length >> 1;
    const first = await refusedOf(target, entries.slice(0, middle), documents.slice(0, middle));
    return [...first, ...(await refusedOf(target, entries.slice(middle), documents.slice(middle)))];
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
function refusedInAnswer(
  target: InsertTarget,
  entries: readonly Entry[],
  error: MongoBulkWriteError,
): [Entry, string][] {
  const refused: [Entry, string][] = [];
  let again = false;
  for (const refusal of [error.writeErrors].flat()) {
    const entry = entries[refusal.index];
    if (!entry || isAlreadyThere(refusal)) continue;
    const id = String(refusal.getOperation()._id);
    const count = (target.refusals.get(id) ?? 0) + 1;
    if (isPermanent(refusal) || count >= MAX_REFUSALS) {
      target.refusals.delete(id);
      refused.push([entry, refusal.errmsg ?? `code ${refusal.code}`]);
    } else {
      target.refusals.set(id, count);
      again = true;
    }
  }
  if (again) throw error;
  return refused;
}

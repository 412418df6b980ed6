import type { OptionalId } from 'mongodb';
import type { FrozenEvent, Refusal } from '../transport.ts';
import type { Driver } from './driver.ts';
import { frozenDocument } from './frozen-document.ts';

/** The largest document MongoDB takes. */
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/**
 * A driver that measures documents by their values takes a frozen one for a small one: only batches that fit into one
 * message, whatever they are made of, go out undecoded.
 */
const MAX_UNMEASURED_BYTES = 8 * 1024 * 1024;

export type Document = OptionalId<Record<string, unknown>>;

/** An event ready to be inserted, with its place in the batch it came with. */
export interface Prepared {
  readonly index: number;
  readonly id: string;
  readonly database: string;
  readonly collection: string;
  readonly document: Document;
}

/** The events as documents of the driver, which takes values of its own BSON alone; what is no document is refused. */
export function prepare(driver: Driver, events: readonly FrozenEvent[]): { prepared: Prepared[]; refused: Refusal[] } {
  const prepared: Prepared[] = [];
  const refused: Refusal[] = [];
  const undecoded = events.reduce((sum, { doc }) => sum + doc.length, 0) <= MAX_UNMEASURED_BYTES;
  for (const [index, { id, database, collection, doc }] of events.entries()) {
    const document = (undecoded ? frozenDocument(driver, doc) : undefined) ?? decode(driver, doc);
    if (typeof document === 'string') refused.push({ index, reason: document });
    else prepared.push({ index, id, database, collection, document });
  }
  return { prepared, refused };
}

/** Values keep their BSON types (`promoteValues: false`): what is stored is what was frozen. */
function decode({ BSON }: Driver, doc: Uint8Array): Document | string {
  if (doc.length > MAX_DOCUMENT_BYTES) {
    return `the document has ${doc.length} bytes, MongoDB takes ${MAX_DOCUMENT_BYTES}`;
  }
  try {
    const document = BSON.deserialize(doc, { promoteValues: false, bsonRegExp: true });
    return document._id === undefined ? 'the document has no _id' : document;
  } catch (error) {
    return `the document is no BSON: ${(error as Error).message}`;
  }
}

/** The events of each collection, in their order. */
export function byCollection(events: readonly Prepared[]): Prepared[][] {
  const groups = new Map<string, Prepared[]>();
  for (const event of events) {
    const name = `${event.database}.${event.collection}`;
    const group = groups.get(name);
    if (group) group.push(event);
    else groups.set(name, [event]);
  }
  return [...groups.values()];
}

import { deserialize } from 'bson';
import type { Entry } from '../log/record.ts';
import type { FrozenEvent } from './transport.ts';

const ID_KEY = Buffer.from('\x07_id\0', 'latin1');

/** An entry of the log as a transport gets it. */
export function toFrozenEvent({ ns, doc, shared }: Entry): FrozenEvent {
  const dot = ns.indexOf('.');
  const event = { id: eventIdOf(doc), database: ns.slice(0, dot), collection: ns.slice(dot + 1), doc };
  return shared === undefined ? event : { ...event, shared };
}

/** Bytes of a document before its `_id` where that is its first field, and where `v`, an int32, stands before it. */
const USUAL_PLACES = [4, 4 + 1 + 2 + 4];

/** Hex digits of a document's `_id`; what stands in its place when that is no ObjectId. */
export function eventIdOf(doc: Uint8Array): string {
  const bytes = Buffer.from(doc.buffer, doc.byteOffset, doc.byteLength);
  for (const place of USUAL_PLACES) {
    if (!bytes.subarray(place, place + ID_KEY.length).equals(ID_KEY)) continue;
    return bytes.toString('hex', place + ID_KEY.length, place + ID_KEY.length + 12);
  }
  try {
    return String(deserialize(doc)._id);
  } catch {
    return '';
  }
}

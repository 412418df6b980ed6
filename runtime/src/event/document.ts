import { type Decimal128, deserialize, type ObjectId } from 'bson';
import type { BillingEventBase } from './billing-event.ts';

/** BSON form of a billing event: what the log and MongoDB hold. */
export type BillingDocument = BillingEventBase<ObjectId, Decimal128, Date>;

/** Reads the bytes of a stored event. Throws bson's own error when they are no document. */
export function decodeEvent(bytes: Uint8Array): BillingDocument {
  return deserialize(bytes) as BillingDocument;
}

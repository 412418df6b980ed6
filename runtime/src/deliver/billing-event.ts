import type { BillingEvent } from '../event/billing-event.ts';
import { decodeEvent } from '../event/document.ts';
import { toJson } from '../event/json.ts';
import type { FrozenEvent } from './transport.ts';

/**
 * JSON form of an event that a transport was given.
 * @throws bson's own error when the bytes are no document
 */
export function toBillingEvent({ doc }: Pick<FrozenEvent, 'doc'>): BillingEvent {
  return toJson(decodeEvent(doc));
}

import { Decimal128, ObjectId } from 'bson';
import { PanopticError } from '../config/error.ts';
import type { BillingEvent, BillingEventBase, Price } from './billing-event.ts';
import type { BillingDocument } from './document.ts';

/**
 * An event as any version of bson reads it: MongoDB's driver brings its own, whose classes are not ours.
 */
export type StoredDocument = BillingEventBase<{ toHexString(): string }, { toString(): string }, Date>;

/** BSON form to JSON form: ids and decimals as strings, dates in ISO 8601. */
export function toJson(document: StoredDocument): BillingEvent {
  const { price, window, parent, amount, ...rest } = document;
  return {
    ...rest,
    _id: rest._id.toHexString(),
    ts: rest.ts.toISOString(),
    ...(parent === undefined ? {} : { parent: parent.toHexString() }),
    ...(amount === undefined ? {} : { amount: amount.toString() }),
    ...(price === undefined ? {} : { price: mapList(price, String) }),
    ...(window === undefined
      ? {}
      : { window: { ...window, from: window.from.toISOString(), to: window.to.toISOString() } }),
  };
}

/**
 * JSON form to BSON form; the inverse of `toJson`.
 * @throws PanopticError PAN5201 when an id, a time or a decimal is none
 */
export function fromJson(event: BillingEvent): BillingDocument {
  const { price, window, parent, amount, ...rest } = event;
  return {
    ...rest,
    _id: parse('_id', rest._id, toId),
    ts: parse('ts', rest.ts, toDate),
    ...(parent === undefined ? {} : { parent: parse('parent', parent, toId) }),
    ...(amount === undefined ? {} : { amount: parse('amount', amount, Decimal128.fromString) }),
    ...(price === undefined
      ? {}
      : { price: mapList(price, (list) => parse('price.list', list, Decimal128.fromString)) }),
    ...(window === undefined
      ? {}
      : {
          window: {
            ...window,
            from: parse('window.from', window.from, toDate),
            to: parse('window.to', window.to, toDate),
          },
        }),
  };
}

/** The only decimal of a price is its list price. */
function mapList<From, To>({ list, ...price }: Price<From>, convert: (list: From) => To): Price<To> {
  return list === undefined ? price : { ...price, list: convert(list) };
}

function parse<T>(field: string, value: string, convert: (value: string) => T): T {
  try {
    return convert(value);
  } catch {
    const message = `The field ${field} of a billing event is ${JSON.stringify(value)}, which cannot be read.`;
    throw new PanopticError([{ code: 'PAN5201', name: field, message }]);
  }
}

function toId(text: string): ObjectId {
  if (!/^[\da-f]{24}$/i.test(text)) throw new TypeError('not 24 hex digits');
  return new ObjectId(text);
}

function toDate(text: string): Date {
  const date = new Date(text);
  date.toISOString(); // throws for an invalid date
  return date;
}

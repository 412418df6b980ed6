import type { CallValues, SiteInfo } from '../../instrument/site.types.ts';
import { VALUE_RULES } from '../bson-form.ts';
import { priceOf } from '../build-event.ts';
import type { BillingDocument } from '../document.ts';
import { DEFAULT_QUANTITY, DEFAULT_UNIT, defaultCurrency, defaultResource } from '../fields.ts';
import { isRecord } from '../plain.ts';
import { TYPE } from './bson-writer.ts';
import { elements } from './context-bytes.ts';
import type { Frame, Slot } from './frame.ts';
import { writeArray, writeMembers } from './plain-members.ts';

type TextField = 'service' | 'resource' | 'model' | 'category' | 'unit';

const UNPRICED = elements({ price: priceOf(undefined) });
const PRICED = elements({ price: priceOf(0) });

/** Fields that values of the call can set, each for a site. Without `defaults` a missing value leaves the field out. */
export const VALUE_SLOTS: Partial<Record<keyof BillingDocument, (site: SiteInfo) => Slot>> = {
  category: (site) => text('category', site.category),
  service: () => text('service'),
  resource: (site) => text('resource', defaultResource(site)),
  model: () => text('model'),
  unit: () => text('unit', DEFAULT_UNIT),
  usage: () => usage,
  quantity: () => quantity,
  amount: () => amount,
  currency: (site) => currency(site),
  price: () => price,
  tags: () => tags,
};

/** Which values of a call each of these fields depends on. */
export const DEPENDS_ON: Partial<Record<keyof BillingDocument, readonly (keyof CallValues)[]>> = {
  currency: ['currency', 'amount'],
  price: ['amount'],
};

const isMissing = (value: unknown): value is undefined | null => value === undefined || value === null;

function text(field: TextField, fallback?: string): Slot {
  const { parse } = VALUE_RULES[field];
  return ({ to, values }) => {
    const raw = values[field];
    const value = isMissing(raw) ? fallback : parse(raw);
    if (value !== undefined) to.text(field, value);
    return value !== undefined || isMissing(raw);
  };
}

export function user({ to, values, context }: Frame): boolean {
  if (isMissing(values.user)) {
    to.raw(context.user);
    return true;
  }
  const value = VALUE_RULES.user.parse(values.user);
  if (value !== undefined) to.text('user', value);
  return value !== undefined;
}

function usage({ to, values }: Frame): boolean {
  if (isMissing(values.usage)) return true;
  if (!isRecord(values.usage)) return false;
  to.element(TYPE.document, 'usage');
  const mark = to.open();
  if (!writeMembers(to, values.usage, 0, true)) return false;
  to.close(mark);
  return true;
}

function quantity({ to, values }: Frame): boolean {
  const value = isMissing(values.quantity) ? DEFAULT_QUANTITY : VALUE_RULES.quantity.parse(values.quantity);
  if (value !== undefined) to.number('quantity', value);
  return value !== undefined;
}

function amount({ to, values }: Frame): boolean {
  if (isMissing(values.amount)) return true;
  const value = VALUE_RULES.amount.parse(values.amount);
  if (value === undefined) return false;
  to.element(TYPE.decimal, 'amount');
  to.raw(value.bytes);
  return true;
}

/** The amount of the call, else that of the annotation, decides whether there is a default. */
function currency(site: SiteInfo): Slot {
  const literal = site.values ?? {};
  return ({ to, values }) => {
    const raw = Object.hasOwn(values, 'currency') ? values.currency : literal.currency;
    const paid = Object.hasOwn(values, 'amount') ? values.amount : literal.amount;
    const value = isMissing(raw) ? defaultCurrency(paid) : VALUE_RULES.currency.parse(raw);
    if (value !== undefined) to.text('currency', value);
    return value !== undefined || isMissing(raw);
  };
}

function price({ to, values }: Frame): boolean {
  to.raw(isMissing(values.amount) ? UNPRICED : PRICED);
  return true;
}

function tags({ to, values }: Frame): boolean {
  if (isMissing(values.tags)) return true;
  const value = VALUE_RULES.tags.parse(values.tags);
  return value !== undefined && writeArray(to, 'tags', value, 0);
}

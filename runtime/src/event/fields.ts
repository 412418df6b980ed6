import type { CallValues, SiteInfo } from '../instrument/site.types.ts';
import type { BillingEventBase } from './billing-event.ts';
import { leftOut } from './invalid.ts';
import { isRecord, type PlainObject, toPlain } from './plain.ts';

/** The fields of an event that an annotation can set, after validation. */
export type AnnotatedFields<Decimal> = Pick<
  BillingEventBase<never, Decimal, never>,
  | 'user'
  | 'service'
  | 'model'
  | 'usage'
  | 'amount'
  | 'currency'
  | 'tags'
  | 'category'
  | 'resource'
  | 'quantity'
  | 'unit'
> & { requestId?: string };

interface ValueRule<T> {
  /** Undefined for a value that is left out. */
  parse(value: unknown): T | undefined;
  /** What a person reads of a value that is left out. */
  readonly expected: string;
}

/** The rules of values that are one text, number or list. */
export interface ValueRules<Decimal> {
  readonly user: ValueRule<string>;
  readonly category: ValueRule<string>;
  readonly service: ValueRule<string>;
  readonly resource: ValueRule<string>;
  readonly model: ValueRule<string>;
  readonly requestId: ValueRule<string>;
  readonly unit: ValueRule<string>;
  readonly quantity: ValueRule<number>;
  readonly amount: ValueRule<Decimal>;
  readonly currency: ValueRule<string>;
  readonly tags: ValueRule<string[]>;
}

const TEXT: ValueRule<string> = { parse: toText, expected: 'a text' };
const NAME: ValueRule<string> = { parse: toName, expected: 'a text or a number' };

/** @param toDecimal how one form of an event writes decimals; undefined for what is none */
export const valueRules = <Decimal>(toDecimal: (value: unknown) => Decimal | undefined): ValueRules<Decimal> => ({
  user: NAME,
  category: TEXT,
  service: TEXT,
  resource: TEXT,
  model: TEXT,
  requestId: NAME,
  unit: TEXT,
  quantity: { parse: toQuantity, expected: 'a finite number' },
  amount: { parse: toDecimal, expected: 'a number, or a text that spells one in at most 34 digits' },
  currency: { parse: toCurrency, expected: 'a currency code of three letters' },
  tags: { parse: toTags, expected: 'a text or a list of texts' },
});

/** What stands in a field that neither the annotation nor the call gives. */
export const DEFAULT_QUANTITY = 1;
export const DEFAULT_UNIT = 'execution';
export const defaultResource = (site: SiteInfo): string => site.name || 'anonymous';
export const defaultCurrency = (amount: unknown): string | undefined =>
  amount === undefined || amount === null ? undefined : 'USD';

/**
 * Reads what an annotation gave: literals of the site, then values of the call. A value of the wrong type is left out,
 * counted and said once; the event itself is always kept.
 */
export function readFields<Decimal>(
  rules: ValueRules<Decimal>,
  site: SiteInfo,
  call: CallValues | undefined,
): AnnotatedFields<Decimal> {
  const values: CallValues = call === undefined ? (site.values ?? {}) : { ...site.values, ...call };
  const read = <T>(key: keyof CallValues, { parse, expected }: ValueRule<T>): T | undefined => {
    const raw = values[key];
    // a reference that found nothing is no mistake: not every answer carries a usage
    if (raw === undefined || raw === null) return undefined;
    const value = parse(raw);
    if (value === undefined) leftOut(site.name, key, expected);
    return value;
  };

  const amount = read('amount', rules.amount);
  const fields: { [key in keyof AnnotatedFields<Decimal>]: AnnotatedFields<Decimal>[key] | undefined } = {
    user: read('user', rules.user),
    category: read('category', rules.category) ?? site.category,
    service: read('service', rules.service),
    resource: read('resource', rules.resource) ?? defaultResource(site),
    model: read('model', rules.model),
    usage: read('usage', { parse: toUsage(site), expected: 'an object of quantities' }),
    quantity: read('quantity', rules.quantity) ?? DEFAULT_QUANTITY,
    unit: read('unit', rules.unit) ?? DEFAULT_UNIT,
    amount,
    currency: read('currency', rules.currency) ?? defaultCurrency(amount),
    tags: read('tags', rules.tags),
    requestId: read('requestId', rules.requestId),
  };
  return fields as AnnotatedFields<Decimal>;
}

/** `attributes.*`, literals below values of the call; each one plain data. */
export function readAttributes(site: SiteInfo, call: CallValues | undefined): PlainObject {
  if (site.values?.attributes === undefined && call?.attributes === undefined) return {};
  const attributes = { ...site.values?.attributes, ...call?.attributes };
  const refused = (path: string): void => leftOut(site.name, `attributes.${path}`, 'plain data');
  const plain = toPlain(attributes, refused);
  return isRecord(plain) ? plain : {};
}

function toText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Ids are numbers in many databases. */
function toName(value: unknown): string | undefined {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value))
    ? String(value)
    : toText(value);
}

function toQuantity(value: unknown): number | undefined {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number + 0 : undefined;
}

function toCurrency(value: unknown): string | undefined {
  return typeof value === 'string' && /^[a-z]{3}$/i.test(value) ? value.toUpperCase() : undefined;
}

function toTags(value: unknown): string[] | undefined {
  const list = Array.isArray(value) ? value : [value];
  const tags = list.map(toName).filter((tag) => tag !== undefined);
  return tags.length === list.length && tags.length > 0 ? [...new Set(tags)] : undefined;
}

/** Providers answer with nulls for what was not used; those are no quantities. */
const toUsage =
  (site: SiteInfo) =>
  (value: unknown): PlainObject | undefined => {
    if (!isRecord(value)) return undefined;
    const usage = toPlain(value, (path) => leftOut(site.name, `usage.${path}`, 'plain data'));
    return isRecord(usage) ? withoutNulls(usage) : undefined;
  };

function withoutNulls(usage: PlainObject): PlainObject {
  const kept = Object.entries(usage).filter(([, value]) => value !== null);
  return Object.fromEntries(kept.map(([key, value]) => [key, isRecord(value) ? withoutNulls(value) : value]));
}

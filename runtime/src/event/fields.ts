import type { CallValues, SiteInfo } from '../instrument/site.types.ts';
import { toDecimal } from './amount.ts';
import type { BillingDocument } from './document.ts';
import { leftOut } from './invalid.ts';
import { isRecord, type PlainObject, toPlain } from './plain.ts';

/** The fields of an event that an annotation can set, after validation. */
export type AnnotatedFields = Pick<
  BillingDocument,
  'user' | 'service' | 'model' | 'usage' | 'amount' | 'currency' | 'tags'
> &
  Pick<BillingDocument, 'category' | 'resource' | 'quantity' | 'unit'> & { requestId?: string };

/**
 * Reads what an annotation gave: literals of the site, then values of the call. A value of the wrong type is left out,
 * counted and said once; the event itself is always kept.
 */
export function readFields(site: SiteInfo, call: CallValues | undefined): AnnotatedFields {
  const values: CallValues = call === undefined ? (site.values ?? {}) : { ...site.values, ...call };
  const read = <T>(
    key: keyof CallValues,
    parse: (value: unknown) => T | undefined,
    expected: string,
  ): T | undefined => {
    const raw = values[key];
    // a reference that found nothing is no mistake: not every answer carries a usage
    if (raw === undefined || raw === null) return undefined;
    const value = parse(raw);
    if (value === undefined) leftOut(site.name, key, expected);
    return value;
  };

  const amount = read('amount', toDecimal, 'a number, or a text that spells one in at most 34 digits');
  const currency = read('currency', toCurrency, 'a currency code of three letters');
  const fields: { [key in keyof AnnotatedFields]: AnnotatedFields[key] | undefined } = {
    user: read('user', toName, 'a text or a number'),
    category: read('category', toText, 'a text') ?? site.category,
    service: read('service', toText, 'a text'),
    resource: (read('resource', toText, 'a text') ?? site.name) || 'anonymous',
    model: read('model', toText, 'a text'),
    usage: read('usage', toUsage(site), 'an object of quantities'),
    quantity: read('quantity', toQuantity, 'a finite number') ?? 1,
    unit: read('unit', toText, 'a text') ?? 'execution',
    amount,
    currency: currency ?? (amount === undefined ? undefined : 'USD'),
    tags: read('tags', toTags, 'a text or a list of texts'),
    requestId: read('requestId', toName, 'a text or a number'),
  };
  return fields as AnnotatedFields;
}

/** `attributes.*`, literals below values of the call; each one plain data. */
export function readAttributes(site: SiteInfo, call: CallValues | undefined): PlainObject {
  if (site.values?.attributes === undefined && call?.attributes === undefined) return {};
  const attributes = { ...site.values?.attributes, ...call?.attributes };
  const refused = (path: string): void => leftOut(site.name, `attributes.${path}`, 'plain data');
  const plain = toPlain(attributes, refused);
  return isRecord(plain) ? plain : {};
}

const toText = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Ids are numbers in many databases. */
const toName = (value: unknown): string | undefined =>
  typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value)) ? String(value) : toText(value);

function toQuantity(value: unknown): number | undefined {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number + 0 : undefined;
}

const toCurrency = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[a-z]{3}$/i.test(value) ? value.toUpperCase() : undefined;

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

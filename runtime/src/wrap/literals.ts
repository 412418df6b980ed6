import { type Parse, Refused } from '../config/values.ts';
import { toDecimalText } from '../event/decimal-text.ts';
import { valueRules } from '../event/fields.ts';
import { isRecord, type PlainObject, toPlain } from '../event/plain.ts';
import type { CallValues } from '../instrument/site.types.ts';
import { resolveCategory } from '../providers/category.ts';

type Key = Exclude<keyof CallValues, 'attributes'>;

const category: Parse<string> = (raw) => {
  if (typeof raw !== 'string' || raw === '') return new Refused('a text');
  const found = resolveCategory(raw);
  return 'name' in found ? found.name : new Refused(`another word, or '${found.suggestion}' if that was meant`);
};

const quantity: Parse<unknown> = (raw) => {
  const number = typeof raw === 'bigint' ? Number(raw) : raw;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0
    ? raw
    : new Refused('a number that is not negative');
};

/** A copy, so that nobody changes it later. */
export const plainObject: Parse<PlainObject> = (raw) => {
  const wrong: string[] = [];
  const plain = isRecord(raw) ? toPlain(raw, (path) => wrong.push(path)) : undefined;
  if (!isRecord(plain)) return new Refused('an object');
  return wrong.length === 0 ? plain : new Refused(`plain data; ${wrong.join(', ')} cannot be stored`);
};

/** What each value may be where it is known beforehand: what events take, and no more. */
export const LITERALS: Readonly<Record<Key, Parse<unknown>>> = /* @__PURE__ */ literals();

function literals(): Record<Key, Parse<unknown>> {
  const rules = Object.entries(valueRules(toDecimalText)).map(([key, rule]): [string, Parse<unknown>] => [
    key,
    // a list is copied, so that nobody changes it later
    (raw) => (rule.parse(raw) === undefined ? new Refused(rule.expected) : Array.isArray(raw) ? [...raw] : raw),
  ]);
  return { ...(Object.fromEntries(rules) as Record<Key, Parse<unknown>>), category, quantity, usage: plainObject };
}

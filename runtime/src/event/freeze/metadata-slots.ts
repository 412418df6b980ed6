import type { SiteInfo } from '../../instrument/site.types.ts';
import { VALUE_RULES } from '../bson-form.ts';
import { roundToNanoseconds, timing } from '../metadata.ts';
import { isRecord } from '../plain.ts';
import { TYPE } from './bson-writer.ts';
import { MEASURED } from './context-bytes.ts';
import type { Frame, Slot } from './frame.ts';
import { writeMembers } from './plain-members.ts';

/** An array index is moved before other keys by JavaScript, wherever it was set. */
const isIndex = (key: string): boolean => /^\d+$/.test(key);

/** Names that more than one layer of `metadata` could give, or that JavaScript would put elsewhere. */
export const isUnusualAttribute = (key: string): boolean =>
  key === 'request_id' || MEASURED.includes(key) || isIndex(key);

/** False where the context gives one of the names as well, so that layers would have to be merged. */
export const noneInContext =
  (names: readonly string[]): Slot =>
  ({ context }) =>
    !names.some((name) => Object.hasOwn(context.data, name));

export function requestId({ to, values, context }: Frame): boolean {
  const { requestId } = values;
  if (requestId === undefined || requestId === null) return true;
  const value = VALUE_RULES.requestId.parse(requestId);
  if (value === undefined || Object.hasOwn(context.data, 'request_id')) return false;
  to.text('request_id', value);
  return true;
}

/** Those of the call, over those of the annotation. */
export function attributes(site: SiteInfo): Slot {
  const literal = site.values?.attributes;
  return ({ to, values, context }) => {
    const merged = literal === undefined ? values.attributes : { ...literal, ...values.attributes };
    if (merged === undefined) return true;
    if (!isRecord(merged)) return false;
    for (const key of Object.keys(merged)) {
      if (isUnusualAttribute(key) || Object.hasOwn(context.data, key)) return false;
    }
    return writeMembers(to, merged, 0, false);
  };
}

export function duration({ to, durationMs }: Frame): boolean {
  to.number('duration_ms', roundToNanoseconds(durationMs));
  return true;
}

export function times({ to, durationMs, activeMs, totalMs }: Frame): boolean {
  if (activeMs === undefined && totalMs === undefined) return true;
  to.element(TYPE.document, 'timing');
  const mark = to.open();
  for (const [name, value] of Object.entries(timing(totalMs ?? durationMs, activeMs ?? durationMs)))
    to.number(name, value);
  to.close(mark);
  return true;
}

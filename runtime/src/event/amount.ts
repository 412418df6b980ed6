import { Decimal128 } from 'bson';
import { toDecimalText } from './decimal-text.ts';

/** `toDecimalText` in BSON form. */
export function toDecimal(value: unknown): Decimal128 | undefined {
  const text = toDecimalText(value);
  return text === undefined ? undefined : Decimal128.fromString(text);
}

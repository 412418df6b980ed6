import { Decimal128 } from 'bson';

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** The exact decimal that a number prints as, or that a string spells; undefined for anything else, or beyond 34 digits. */
export function toDecimal(value: unknown): Decimal128 | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'string') return undefined;
  const text = String(value).trim();
  if (!DECIMAL.test(text)) return undefined;
  try {
    const decimal = Decimal128.fromString(text);
    return /^-?\d/.test(decimal.toString()) ? decimal : undefined;
  } catch {
    return undefined;
  }
}
